//! What a request makes of the members, without knowing who they are now.

use std::collections::BTreeSet;

use crate::ids::MemberId;

/// How the members of a group change. Whoever carries it out touches only the rows it names, and, for
/// [`Replace`](Self::Replace), those that are neither here nor there any more.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum MemberChange {
    /// Not at all.
    #[default]
    Keep,
    /// Some come and some go; nobody is in both lists. Adding who is there and removing who is not changes nothing
    /// (SCIM-99, SCIM-80).
    Delta {
        /// Who comes.
        add: Vec<MemberId>,
        /// Who goes.
        remove: Vec<MemberId>,
    },
    /// These, and nobody else.
    Replace(Vec<MemberId>),
}

impl MemberChange {
    /// Who must be there afterwards, in the order in which a refusal counts them.
    pub fn wanted(&self) -> &[MemberId] {
        match self {
            Self::Keep => &[],
            Self::Delta { add, .. } => add,
            Self::Replace(members) => members,
        }
    }

    /// A few words for the audit trail: how many, and who, by id.
    pub fn words(&self) -> String {
        let list = |what: &str, ids: &[MemberId]| {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            format!("{what} {}{}{}", ids.len(), if ids.is_empty() { "" } else { ": " }, ids.join(", "))
        };
        match self {
            Self::Keep => "members kept".to_owned(),
            Self::Delta { add, remove } => {
                format!("{}; {}", list("added", add), list("removed", remove))
            }
            Self::Replace(members) => list("replaced by", members),
        }
    }
}

/// Operations on members, one after the other, summed up into one change.
#[derive(Clone, Debug, Default)]
pub struct MemberPlan {
    /// Nobody stays but those who are added from here on.
    starts_empty: bool,
    added: Vec<MemberId>,
    is_added: BTreeSet<MemberId>,
    removed: BTreeSet<MemberId>,
}

impl MemberPlan {
    /// This one is a member from now on.
    pub fn add(&mut self, member: MemberId) {
        self.removed.remove(&member);
        if self.is_added.insert(member) {
            self.added.push(member);
        }
    }

    /// This one is none any more.
    pub fn remove(&mut self, member: MemberId) {
        self.is_added.remove(&member);
        self.removed.insert(member);
    }

    /// Nobody is.
    pub fn clear(&mut self) {
        *self = Self { starts_empty: true, ..Self::default() };
    }

    /// Whether somebody is a member by now, who was one before or was not.
    pub fn holds(&self, member: MemberId, was_before: bool) -> bool {
        let stays = was_before && !self.starts_empty && !self.removed.contains(&member);
        stays || self.is_added.contains(&member)
    }

    /// Who was added and is still there, in order.
    pub fn added(&self) -> impl Iterator<Item = MemberId> {
        self.added.iter().copied().filter(|member| self.is_added.contains(member))
    }

    /// What all of it comes to.
    pub fn change(mut self) -> MemberChange {
        // Each once, and none that went again.
        self.added.retain(|member| self.is_added.remove(member));
        if self.starts_empty {
            return MemberChange::Replace(self.added);
        }
        if self.added.is_empty() && self.removed.is_empty() {
            return MemberChange::Keep;
        }
        MemberChange::Delta { add: self.added, remove: self.removed.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn member(number: u8) -> MemberId {
        MemberId::new(Uuid::from_u128(u128::from(number)))
    }

    #[derive(Clone, Debug)]
    enum Operation {
        Add(u8),
        Remove(u8),
        Clear,
    }

    fn operation() -> impl Strategy<Value = Operation> {
        prop_oneof![
            5 => (0_u8..6).prop_map(Operation::Add),
            5 => (0_u8..6).prop_map(Operation::Remove),
            1 => Just(Operation::Clear),
        ]
    }

    fn carried_out(before: &BTreeSet<MemberId>, change: &MemberChange) -> BTreeSet<MemberId> {
        match change {
            MemberChange::Keep => before.clone(),
            MemberChange::Replace(members) => members.iter().copied().collect(),
            MemberChange::Delta { add, remove } => {
                assert!(add.iter().all(|member| !remove.contains(member)));
                before.iter().chain(add).filter(|member| !remove.contains(member)).copied().collect()
            }
        }
    }

    proptest! {
        /// SCIM-77: the sum of the operations is what they come to one by one, whoever was there before.
        #[test]
        fn the_sum_is_what_the_operations_come_to(
            before in proptest::collection::btree_set(0_u8..6, 0..6),
            operations in proptest::collection::vec(operation(), 0..12),
        ) {
            let before: BTreeSet<MemberId> = before.into_iter().map(member).collect();
            let mut plan = MemberPlan::default();
            let mut after = before.clone();
            for operation in operations {
                match operation {
                    Operation::Add(number) => { plan.add(member(number)); after.insert(member(number)); }
                    Operation::Remove(number) => { plan.remove(member(number)); after.remove(&member(number)); }
                    Operation::Clear => { plan.clear(); after.clear(); }
                }
            }
            prop_assert_eq!(carried_out(&before, &plan.change()), after);
        }
    }

    #[test]
    fn nobody_is_counted_twice() {
        let mut plan = MemberPlan::default();
        plan.add(member(1));
        plan.add(member(1));
        plan.remove(member(2));

        assert_eq!(
            plan.change().words(),
            "added 1: 00000000-0000-0000-0000-000000000001; removed 1: 00000000-0000-0000-0000-000000000002"
        );
    }
}
