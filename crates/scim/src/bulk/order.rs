//! In which order operations happen, and which of them may happen at once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::{Asked, Bulk, Footprint, Operation};
use crate::error::ScimError;

/// An operation whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Which, counted from 0.
    pub index: usize,
    /// Why it cannot be carried out, if that is known without trying.
    pub unresolvable: Option<Unresolvable>,
}

/// Why a reference leads nowhere. RFC 7644 §3.7.1 answers all of it with 409.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unresolvable {
    /// No operation that creates something has the name.
    #[error("A bulkId is referred to that no POST of this request has.")]
    Unknown,
    /// Operations wait for each other.
    #[error(
        "Operations refer to each other in a circle; leave one reference out and add it by a PATCH in the same request."
    )]
    Circular,
    /// The operation with the name failed.
    #[error("What a bulkId refers to was not created.")]
    NotCreated,
}

/// What each operation waits for.
struct Needs(Vec<Result<BTreeSet<usize>, Unresolvable>>);

impl Bulk {
    /// All operations, in steps: those of one step may happen at once, since nobody could tell in which order they did.
    ///
    /// The order is the request's, except that what refers to a later operation waits for it. Operations share a step
    /// if neither refers to the other and their footprints have nothing in common; with `failOnErrors` each stands
    /// alone, since the order decides what is still done.
    pub fn steps(&self, footprint: impl Fn(&Asked) -> Footprint) -> Vec<Vec<Turn>> {
        let needs = Needs::of(&self.operations);
        let mut steps: Vec<Vec<Turn>> = Vec::new();
        let mut touched = Footprint::Everything;
        for index in needs.order() {
            let need = needs.0.get(index);
            let unresolvable = need.and_then(|need| need.as_ref().err()).copied();
            let own = self.operations.get(index).map_or(Footprint::Everything, |operation| {
                operation.asked.as_ref().map_or_else(Footprint::of_nothing, &footprint)
            });
            let waits = |step: &Vec<Turn>| {
                let others = need.and_then(|need| need.as_ref().ok());
                others.is_some_and(|others| step.iter().any(|turn| others.contains(&turn.index)))
            };
            let turn = Turn { index, unresolvable };
            match steps.last_mut() {
                Some(step) if self.errors_max.is_none() && touched.is_disjoint_from(&own) && !waits(step) => {
                    step.push(turn);
                    touched.add(own);
                }
                _ => {
                    steps.push(vec![turn]);
                    touched = own;
                }
            }
        }
        steps
    }
}

impl Footprint {
    /// An operation that is refused without being looked at any further.
    fn of_nothing(_: &ScimError) -> Self {
        Self::Keys(BTreeSet::new())
    }
}

impl Needs {
    fn of(operations: &[Operation]) -> Self {
        let makers: BTreeMap<&str, usize> = operations
            .iter()
            .enumerate()
            .filter_map(|(index, operation)| Some((operation.creates()?, index)))
            .collect();
        let maker = |name: &String| makers.get(name.as_str()).copied().ok_or(Unresolvable::Unknown);
        let need = |operation: &Operation| operation.references.iter().map(maker).collect();
        let mut needs = Self(operations.iter().map(need).collect());
        let placed: BTreeSet<usize> = needs.order().into_iter().collect();
        for (index, need) in needs.0.iter_mut().enumerate() {
            if !placed.contains(&index) {
                *need = Err(Unresolvable::Circular);
            }
        }
        needs
    }

    /// The operations that can be ordered: always the first one of the request that waits for nothing any more.
    fn order(&self) -> Vec<usize> {
        let needs = || self.0.iter().enumerate().map(|(index, need)| (index, need.as_ref().ok()));
        let mut missing: Vec<usize> = needs().map(|(_, need)| need.map_or(0, BTreeSet::len)).collect();
        let mut waiting: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, need) in needs() {
            need.into_iter().flatten().for_each(|other| waiting.entry(*other).or_default().push(index));
        }
        let ready = missing.iter().enumerate().filter(|(_, missing)| **missing == 0);
        let mut ready: BinaryHeap<Reverse<usize>> = ready.map(|(index, _)| Reverse(index)).collect();
        let mut order = Vec::with_capacity(missing.len());
        while let Some(Reverse(index)) = ready.pop() {
            order.push(index);
            for &next in waiting.get(&index).into_iter().flatten() {
                if let Some(missing) = missing.get_mut(next) {
                    *missing -= 1;
                    if *missing == 0 {
                        ready.push(Reverse(next));
                    }
                }
            }
        }
        order
    }
}
