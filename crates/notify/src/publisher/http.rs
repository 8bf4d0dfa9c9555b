//! From a publisher and the values of a message to a request, and out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::EventPublisher;
use super::mapping::MappingError;
use crate::outbound::{Outbound, Request};
use crate::outcome::Outcome;
use crate::placeholder::{Context, FillError, Values, fill};

/// Tells a provider that two requests are the same message (REL-6).
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Shorter values are words such as `v1`: hiding them would only garble the answer.
const KEY_MIN: usize = 6;

/// Why no request could be made of this message. Sending it again would not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// The payload.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A placeholder in URL, header, user name or password.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// With its placeholders filled, `http.url` is no URL.
    #[error("http.url is not a URL once its placeholders are filled")]
    Url,
    /// A header value that HTTP does not allow.
    #[error("the header {0} has a value that cannot be sent")]
    Header(HeaderName),
}

/// Builds the request. `message_id` is the stable id of the message: the same on every try, so that a provider can
/// drop a repeat.
pub fn request(publisher: &EventPublisher, values: &Values, message_id: &str) -> Result<Request, Unsendable> {
    let target = &publisher.http;
    let url = fill(&target.url, Context::Form, values)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(publisher.mapping.kind().content_type()));
    headers.insert(IDEMPOTENCY_KEY, header(&IDEMPOTENCY_KEY, message_id)?);
    if let Some((username, password)) = &target.basic {
        headers.insert(AUTHORIZATION, basic(username, password, values)?);
    }
    for (name, value) in &target.headers {
        headers.insert(name.clone(), header(name, &fill(value, Context::Header, values)?)?);
    }
    Ok(Request {
        method: target.method.clone(),
        url: Url::parse(&url).map_err(|_| Unsendable::Url)?,
        headers,
        body: publisher.mapping.filled(values)?.into_bytes(),
        proxy: target.proxy.clone(),
    })
}

/// Sends one message and says what came of it (REL-7). What cannot be built is dead.
pub async fn send(
    outbound: &Outbound,
    publisher: &EventPublisher,
    values: &Values,
    message_id: &str,
    now: Timestamp,
) -> Outcome {
    match request(publisher, values, message_id) {
        Ok(request) => {
            let keys = keys_in(&request, publisher);
            let keys = keys.iter().map(String::as_str);
            let confidential: Vec<&str> = values.confidential().into_iter().chain(keys).collect();
            outbound.send(request, &confidential, now).await
        }
        Err(why) => Outcome::dead(format!("publisher {}: {why}", publisher.name)),
    }
}

/// What a provider knows the operator by: an answer that repeats it is not kept as it came (SEC-52, SEC-59).
fn keys_in(request: &Request, publisher: &EventPublisher) -> Vec<String> {
    let headers = request.headers.iter().filter(|(name, _)| ![CONTENT_TYPE, IDEMPOTENCY_KEY].contains(name));
    let values = headers.filter_map(|(_, value)| value.to_str().ok());
    // A provider repeats the key itself, rarely with the word that stands before it.
    let words = values.flat_map(|value| [Some(value), value.rsplit(' ').next()]).flatten().map(str::to_owned);
    let query = request.url.query_pairs().map(|(_, value)| value.into_owned());
    let password = publisher.http.basic.as_ref().map(|(_, password)| password.clone());
    words.chain(query).chain(password).filter(|key| key.len() >= KEY_MIN).collect()
}

fn header(name: &HeaderName, value: &str) -> Result<HeaderValue, Unsendable> {
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| Unsendable::Header(name.clone()))
}

fn basic(username: &str, password: &str, values: &Values) -> Result<HeaderValue, Unsendable> {
    let [username, password] = [username, password].map(|part| fill(part, Context::Header, values));
    let mut value = header(
        &AUTHORIZATION,
        &format!("Basic {}", STANDARD.encode(format!("{}:{}", username?, password?))),
    )?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publisher::{Declared, parse};

    fn publisher(to: &str) -> EventPublisher {
        let file = format!(
            r#"<eventPublisher name="shop" xmlns="http://wso2.org/carbon/eventpublisher">
                 <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
                 <mapping customMapping="enable" type="json"><inline>{{"m":{{{{body}}}}}}</inline></mapping>
                 <to eventAdapterType="http">{to}</to>
               </eventPublisher>"#
        );
        match parse::read("shop.xml", file.as_bytes()).declared {
            Some(Declared::Sends(publisher)) => *publisher,
            other => panic!("{other:?}"),
        }
    }

    fn values() -> Values {
        Values::new().with("body", "hi").with("send-to", "+1&x=/").with("key", "k\r\nX: y")
    }

    /// verification.md §7.1, REL-6: every property of the adapter becomes its part of the request.
    #[test]
    fn the_request_is_what_the_file_says() {
        let publisher = publisher(
            r#"<property name="http.url">https://sms.example.com/v1?to={{send-to}}</property>
               <property name="http.client.method">HTTPPUT</property>
               <property name="http.headers">X-Account: shop, X-Trace: a:b</property>
               <property name="http.username">ann</property><property name="http.password">pw</property>"#,
        );

        let request = request(&publisher, &values(), "m-7").unwrap();

        assert_eq!(request.method, "PUT");
        assert_eq!(request.url.as_str(), "https://sms.example.com/v1?to=%2B1%26x%3D%2F");
        assert_eq!(request.body, br#"{"m":"hi"}"#);
        let headers: Vec<_> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(
            headers,
            [
                ("content-type", "application/json"),
                ("idempotency-key", "m-7"),
                ("authorization", "Basic YW5uOnB3"),
                ("x-account", "shop"),
                ("x-trace", "a:b"),
            ]
        );
    }

    /// SEC-49: a value with a line break adds no header; it stops the message.
    #[test]
    fn a_line_break_in_a_header_value_stops_the_message() {
        let publisher = publisher(
            r#"<property name="http.url">https://sms.example.com/</property>
               <property name="http.headers">X-Key: {{key}}</property>"#,
        );

        let refused = request(&publisher, &values(), "m-7").map(|_| ()).unwrap_err();

        assert_eq!(refused, Unsendable::Fill(FillError::HeaderBreak { name: "key".into() }));
    }
}
