//! One flight: BEGIN, every statement, COMMIT, sent before the first answer is read (DESIGN §2.1).

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use deadpool_postgres::Object;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, MaybeDone, join_all, maybe_done};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, Statement};

/// A parameter that travels with its statement.
pub(super) type Told = Box<dyn ToSql + Sync + Send>;

/// One statement of a flight, with what it is told.
pub(super) struct Step {
    sql: &'static str,
    told: Vec<Told>,
}

impl Step {
    /// A statement of [`super::statement`] and its parameters, made by `told!`.
    pub(super) fn new(sql: &'static str, told: Vec<Told>) -> Self {
        Self { sql, told }
    }
}

/// The parameters of a [`Step`].
macro_rules! told {
    ($($value:expr),* $(,)?) => { vec![$(Box::new($value) as $crate::postgres::flight::Told),*] };
}

pub(super) use told;

/// What came of a flight.
pub(super) enum Landing {
    /// Every statement was answered Ok, COMMIT too: it is durable. The rows, step by step.
    Landed(Vec<Vec<Row>>),
    /// A statement failed, so the server rolled everything back.
    Refused(Error),
    /// COMMIT was never sent: nothing happened, and trying again on another connection is safe.
    NotSent(Error),
    /// COMMIT was sent and its answer lost: nobody here knows (REL-4).
    Unknown(Error),
}

/// A connection on loan that goes back to the pool only when it is known to hold no transaction. If the future that
/// holds it is dropped half-way, or anything unusual happened, it is closed instead.
pub(super) struct Loan(Option<Object>);

impl Loan {
    pub(super) fn new(connection: Object) -> Self {
        Self(Some(connection))
    }

    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

/// Writes and guards, statement by statement on what has been committed (REL-3).
pub(super) const WRITE: &str = "BEGIN";

/// Reads that must all see one moment.
pub(super) const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Sends `steps` as one transaction. Their order is the order on the server.
pub(super) async fn send(loan: Loan, begin: &'static str, steps: &[Step]) -> Landing {
    let Some(connection) = &loan.0 else { return Landing::Landed(Vec::new()) };
    // Round trips only when this connection has never seen a statement.
    let prepared = join_all(steps.iter().map(|step| connection.prepare_cached(step.sql))).await;
    let prepared: Vec<Statement> = match prepared.into_iter().collect() {
        Ok(prepared) => prepared,
        Err(error) => return Landing::NotSent(error),
    };
    let landing = answers(queue(connection, begin, steps, &prepared)).await;
    if matches!(landing, Landing::Landed(_) | Landing::Refused(_)) {
        loan.give_back();
    }
    landing
}

type Answer<'a> = BoxFuture<'a, Result<Vec<Row>, Error>>;

fn queue<'a>(
    connection: &'a Object,
    begin: &'static str,
    steps: &'a [Step],
    prepared: &'a [Statement],
) -> Vec<Answer<'a>> {
    let plain = |sql| async move { connection.batch_execute(sql).await.map(|()| Vec::new()) }.boxed();
    let mut queued = Vec::with_capacity(steps.len() + 2);
    queued.push(plain(begin));
    for (step, statement) in steps.iter().zip(prepared) {
        queued.push(
            async move {
                let told: Vec<_> = step.told.iter().map(|value| value.as_ref() as _).collect();
                connection.query(statement, &told).await
            }
            .boxed(),
        );
    }
    queued.push(plain("COMMIT"));
    queued
}

/// The first poll of each future sends its statement, so one pass in order sends all of them in order. A statement that
/// cannot even be sent stops the pass before COMMIT: otherwise the rest would commit without it. (One that the server has
/// refused by then does not stop it: COMMIT answers that with a rollback.) An error of COMMIT itself never counts as "not
/// sent": the connection may have carried it and died before this pass was over.
async fn answers(queued: Vec<Answer<'_>>) -> Landing {
    let commit = queued.len().saturating_sub(1);
    let mut queued: Vec<MaybeDone<Answer<'_>>> = queued.into_iter().map(maybe_done).collect();
    let sent = poll_fn(|context| {
        for (place, answer) in queued.iter_mut().enumerate() {
            let _ = answer.poll_unpin(context);
            if let MaybeDone::Done(Err(error)) = answer
                && error.as_db_error().is_none()
                && place < commit
                && let Some(Err(error)) = Pin::new(answer).take_output()
            {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(()))
    })
    .await;
    if let Err(error) = sent {
        return Landing::NotSent(error);
    }
    let mut rows = Vec::with_capacity(queued.len());
    let mut first_error = None;
    for mut answer in queued {
        (&mut answer).await;
        match answer {
            MaybeDone::Done(Ok(answer)) => rows.push(answer),
            MaybeDone::Done(Err(error)) => first_error = first_error.or(Some(error)),
            MaybeDone::Future(_) | MaybeDone::Gone => {}
        }
    }
    match first_error {
        None => {
            // BEGIN and COMMIT answer nothing.
            rows.pop();
            Landing::Landed(rows.split_off(1.min(rows.len())))
        }
        Some(error) if super::fault::is_lost(&error) => Landing::Unknown(error),
        Some(error) => Landing::Refused(error),
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::TenantId;

    use super::super::scratch::on_scratch;
    use super::super::statement;
    use super::*;

    fn write(name: &str) -> Step {
        Step::new(statement::SETTING_WRITE, told!["carbon.super", name.to_owned(), "true"])
    }

    /// REL-1: what cannot be sent must not be left out of what is committed.
    #[tokio::test]
    async fn a_statement_that_cannot_be_sent_takes_the_whole_flight_with_it() {
        on_scratch(async |store| {
            let unsendable = Step::new(statement::SETTING_WRITE, told!["carbon.super", 7_i64, "true"]);

            let landing = store.send(WRITE, &[write("a"), unsendable, write("b")]).await.unwrap();

            assert!(matches!(landing, Landing::NotSent(_)));
            let tenant = TenantId::carbon_super();
            assert_eq!(store.overrides(&tenant).await.unwrap(), std::collections::BTreeMap::new());
        })
        .await;
    }

    #[tokio::test]
    async fn a_flight_of_any_length_lands_in_order() {
        on_scratch(async |store| {
            let steps: Vec<Step> = (0..200)
                .map(|number| {
                    Step::new(statement::SETTING_WRITE, told!["carbon.super", "a", number.to_string()])
                })
                .collect();

            let landing = store.send(WRITE, &steps).await.unwrap();

            assert!(matches!(landing, Landing::Landed(answers) if answers.len() == 200));
            let overrides = store.overrides(&TenantId::carbon_super()).await.unwrap();
            assert_eq!(overrides.get("a").map(String::as_str), Some("199"));
        })
        .await;
    }
}
