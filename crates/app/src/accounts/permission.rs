//! What a user may do, as an administrator sees and changes it (DESIGN §5, Permissions).

use countersign_domain::UserId;
use countersign_domain::actor::Subject;

use super::access::{AccountEditError, AccountRefusal, check_other, check_recent};
use crate::app::App;
use crate::error::Failure;
use crate::grants::SCOPES;
use crate::mint::Context;
use crate::profile_update::UpdateError;

impl App {
    /// The scopes granted to a user or client.
    pub async fn grants(&self, cx: &Context, subject: Subject) -> Result<Vec<String>, Failure> {
        Ok(self.store.scopes_of(&cx.tenant, subject).await?)
    }

    /// Gives a user permissions and takes others away, in one commit. What he has is not given again, what he has not is not
    /// taken: the trail says what changed. Answers whether anything did.
    ///
    /// For administrators: a caller changes nothing of his own, and gives and takes only what he may do himself, or he
    /// could take by another account what he was not given (SEC-37).
    pub async fn change_grants(
        &self,
        cx: &Context,
        id: UserId,
        give: &[String],
        take: &[String],
    ) -> Result<bool, AccountEditError> {
        check_other(cx, id)?;
        check_recent(cx)?;
        if !give.iter().chain(take).all(|scope| SCOPES.contains(&scope.as_str())) {
            return Err(UpdateError::Edit(AccountRefusal::Unknown));
        }
        if self.beyond(cx, &[give, take].concat()).await?.is_some() {
            return Err(UpdateError::Edit(AccountRefusal::NotHeld));
        }
        self.view(cx, id).await?.ok_or(UpdateError::NoSuchUser)?;
        let subject = Subject::User(id);
        let has = self.grants(cx, subject).await?;
        let (given, taken) =
            (among(give, |scope| !has.contains(scope)), among(take, |scope| has.contains(scope)));
        if given.is_empty() && taken.is_empty() {
            return Ok(false);
        }
        self.grant_and_take(cx, subject, &given, &taken).await?;
        Ok(true)
    }
}

fn among(scopes: &[String], is_one: impl Fn(&String) -> bool) -> Vec<String> {
    scopes.iter().filter(|scope| is_one(scope)).cloned().collect()
}
