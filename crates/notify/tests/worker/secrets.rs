//! Secrets in the outbox (SEC-50, SEC-55, I11).

use countersign_notify::worker::{Deliveries, Parts, Worker};
use countersign_store::TimelineWord;

use crate::house::{CODE, House, deliver, email, mobile, seal};
use crate::sinks::http::Answer;

/// SEC-55: a server that starts without the key gives the message up; nothing garbled goes out.
#[tokio::test]
async fn without_its_key_a_message_is_dead_and_not_garbled() {
    let house = House::new().await;
    let user = house.user("ann").await;
    let begun = house.change(user, &email("ann@example.org"), None).await;
    house.notice(user, &mobile("+12025550123")).await;

    let worker = Worker::new(Parts { seal: seal(2), ..house.parts() });
    let delivered = deliver(&worker).await;

    assert_eq!(delivered, Deliveries { handed_over: 1, dead: 1, ..Deliveries::default() });
    assert_eq!(house.smtp.mails.all(), []);
    assert_eq!(
        house.timeline(&begun).await,
        [(
            TimelineWord::GivenUp,
            "key changed: the secret was sealed with a key this server does not have".to_owned()
        )]
    );
}

/// SEC-55, I11: whatever lies on the disk, the code does not, before, between and after the tries.
#[tokio::test]
async fn the_code_is_nowhere_on_the_disk() {
    let house = House::new().await;
    let worker = house.worker();
    house.change(house.user("ann").await, &mobile("+12025550123"), None).await;
    let written = || ["+12025550123", CODE].map(|text| is_on_disk(&house, text));

    let before = written();
    house.gateway.then(Answer::Says(503, "", format!("cannot send {CODE}")));
    deliver(&worker).await;
    let between = written();
    house.pass(3);
    house.gateway.then(Answer::Says(200, "", format!("sent {CODE}")));
    let delivered = deliver(&worker).await;

    assert_eq!(delivered.handed_over, 1);
    assert_eq!([before, between, written()], [[true, false]; 3]);
}

fn is_on_disk(house: &House, text: &str) -> bool {
    let mut paths = std::fs::read_dir(house.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    paths.any(|path| {
        path.is_file()
            && std::fs::read(path).unwrap().windows(text.len()).any(|window| window == text.as_bytes())
    })
}

/// verification.md §7.2: an SMS publisher may use every name of the stream.
#[tokio::test]
async fn a_publisher_may_use_every_name_of_the_stream() {
    let house = House::without_publisher().await;
    let names = [
        "send-to",
        "mobile",
        "body",
        "body-template",
        "confirmation-code",
        "otpTokenString",
        "verificationOtpExpiryTime",
        "user-name",
        "userstore-domain",
        "tenant-domain",
        "TEMPLATE_TYPE",
        "notification-event",
        "notification-channel",
        "recovery-scenario",
        "locale",
        "send-from",
    ];
    let members: Vec<_> = names.iter().map(|name| format!("\"{name}\":{{{{{name}}}}}")).collect();
    house.publish(&format!(
        r#"<eventPublisher name="all" xmlns="http://wso2.org/carbon/eventpublisher">
             <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
             <mapping customMapping="enable" type="json"><inline>{{{}}}</inline></mapping>
             <to eventAdapterType="http">
               <property name="http.url">https://gateway.example.com/messages</property>
             </to>
           </eventPublisher>"#,
        members.join(",")
    ));
    house.change(house.user("ann").await, &mobile("+12025550123"), None).await;

    let delivered = deliver(&house.worker()).await;

    assert_eq!(delivered.handed_over, 1);
    let request = house.gateway.requests.wait_for(0).await;
    let payload: serde_json::Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(
        (&payload["mobile"], &payload["otpTokenString"], &payload["body"]),
        (
            &"+12025550123".into(),
            &CODE.into(),
            &format!(
                "{CODE} is your Countersign code to confirm this mobile number. It works for 5 minutes. \
                 Pass it to nobody."
            )
            .into()
        )
    );
    assert_eq!(payload.as_object().unwrap().len(), names.len());
}
