//! Waiting contacts, by class.
//!
//! A class is all that decides who may take a contact and how its index grows, but not its age. Inside a class the
//! order never changes, so only heads need comparing; they lie in one array.

use std::collections::BTreeMap;

use super::curve::Curve;
use super::list::OrderedLists;
use crate::config::AgentRule;
use crate::ids::{ChannelId, PoolId, QueueId};
use crate::limits::MAX_CURVES;
use crate::skill::Requirement;
use crate::time::Span;

/// What makes two waiting contacts alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClassKey {
    pub(crate) queue: QueueId,
    pub(crate) channel: ChannelId,
    pub(crate) requirement: u32,
    pub(crate) curve: Curve,
    /// Delays that have passed since the contact entered its queue.
    pub(crate) passed: u8,
}

/// A group whose members may serve a class, and its rank under the class's rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compatible {
    pub(crate) rank: i64,
    pub(crate) group: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) key: ClassKey,
    pub(crate) cost: u16,
    /// How long its contacts are expected to take an agent.
    pub(crate) expected: Span,
    pub(crate) rule: AgentRule,
    /// Best rank first, then in order of interning.
    pub(crate) groups: Vec<Compatible>,
    /// Profiles whose members may serve the class when they have room.
    pub(crate) profiles: Vec<u32>,
    /// Pools that may not see it yet.
    pub(crate) hidden_from: Vec<PoolId>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Classes {
    classes: Vec<Class>,
    ids: BTreeMap<ClassKey, u32>,
    requirements: Vec<Requirement>,
    requirement_ids: BTreeMap<Requirement, u32>,
    /// Waiting contacts by (origin, arrival), one list a class.
    pub(crate) waiting: OrderedLists,
    /// Curve of each class, beside the heads.
    curves: Vec<Curve>,
    /// The curves that contacts inside have, and how many have each.
    curve_ids: BTreeMap<Curve, u32>,
    curve_of: Vec<u32>,
    curve_uses: Vec<u32>,
    curves_in_use: usize,
}

impl Classes {
    /// The number of a requirement.
    pub(crate) fn requirement_id(&mut self, requirement: &Requirement) -> u32 {
        if let Some(&id) = self.requirement_ids.get(requirement) {
            return id;
        }
        let id = self.requirements.len() as u32;
        self.requirements.push(requirement.clone());
        self.requirement_ids.insert(requirement.clone(), id);
        id
    }

    pub(crate) fn find(&self, key: &ClassKey) -> Option<u32> {
        self.ids.get(key).copied()
    }

    pub(crate) fn add(&mut self, class: Class) -> u32 {
        let id = self.waiting.add_list();
        self.ids.insert(class.key, id);
        self.curves.push(class.key.curve);
        let next = self.curve_uses.len() as u32;
        let curve = *self.curve_ids.entry(class.key.curve).or_insert(next);
        if curve == next {
            self.curve_uses.push(0);
        }
        self.curve_of.push(curve);
        self.classes.push(class);
        id
    }

    pub(crate) fn get(&self, class: u32) -> &Class {
        &self.classes[class as usize]
    }

    pub(crate) fn get_mut(&mut self, class: u32) -> &mut Class {
        &mut self.classes[class as usize]
    }

    pub(crate) fn curve(&self, class: u32) -> Curve {
        self.curves[class as usize]
    }

    pub(crate) fn requirement(&self, class: u32) -> &Requirement {
        &self.requirements[self.classes[class as usize].key.requirement as usize]
    }

    pub(crate) fn requirement_by_id(&self, requirement: u32) -> &Requirement {
        &self.requirements[requirement as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.classes.len()
    }

    /// A contact of this class is inside.
    pub(crate) fn join(&mut self, class: u32) {
        let uses = &mut self.curve_uses[self.curve_of[class as usize] as usize];
        self.curves_in_use += usize::from(*uses == 0);
        *uses += 1;
    }

    /// A contact of this class is inside no more.
    pub(crate) fn quit(&mut self, class: u32) {
        let uses = &mut self.curve_uses[self.curve_of[class as usize] as usize];
        *uses -= 1;
        self.curves_in_use -= usize::from(*uses == 0);
    }

    /// Whether a contact with this curve may come beside those inside.
    #[inline]
    pub(crate) fn has_room_for(&self, curve: Curve) -> bool {
        let known = || self.curve_ids.get(&curve).is_some_and(|&id| self.curve_uses[id as usize] > 0);
        self.curves_in_use < MAX_CURVES || known()
    }
}
