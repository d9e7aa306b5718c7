//! An agent passes a contact on: its own part ends now, and its wrap-up begins.

use super::actor::{Agent, AgentMessage};
use super::work::Work;
use crate::contact::{Passing, TransferTarget};
use crate::event::EventKind;
use crate::ids::{ChannelId, ContactId, QueueId};
use crate::mailbox::{Context, Message};
use crate::queue::QueueMessage;
use crate::time::{Span, Timestamp};

/// A contact to be passed on, and where it goes.
#[derive(Clone, Debug)]
pub(crate) struct PassOn {
    pub(crate) contact: ContactId,
    pub(crate) from: QueueId,
    pub(crate) queue: QueueId,
    pub(crate) channel: ChannelId,
    pub(crate) escalated: bool,
    /// Since when it waits from now on, less what it was in conversation.
    pub(crate) since: Timestamp,
    pub(crate) passing: Passing,
}

impl Agent {
    pub(super) fn pass_on(&self, pass_on: PassOn, cx: &mut Context<'_>) {
        let PassOn { contact, from, queue, channel, escalated, since, passing } = pass_on;
        let Passing { to, decision, consult, .. } = passing;
        let work = self.work_on(&contact);
        let handled = work.map_or(Span::ZERO, |work| work.handled(cx.now));
        let wrap_up_until = work.and_then(|work| self.wrap_up_from_now(work, cx));
        let agent = self.id;
        match (consult, &to) {
            (Some((consult, _)), &TransferTarget::Agent(next)) => cx.emit(EventKind::ContactHandedOver {
                contact,
                consult,
                agent,
                to: next,
                from,
                queue,
                escalated,
                handled,
                wrap_up_until,
            }),
            _ => {
                let target = to.clone();
                cx.emit(EventKind::ContactTransferred {
                    contact,
                    agent,
                    from,
                    queue,
                    target,
                    escalated,
                    handled,
                    wrap_up_until,
                });
                if from != queue {
                    cx.send(Message::Queue(queue, QueueMessage::Enter { contact, origin: since }));
                }
                if let TransferTarget::Agent(next) = to {
                    let (dialled, given) = (false, None);
                    let reserve =
                        AgentMessage::Reserve { contact, since, dialled, queue, channel, decision, given };
                    cx.send(Message::Agent(next, reserve));
                }
            }
        }
    }

    /// When the wrap-up after a piece of work ends that is over now: the agent's own length, else its queue's, else its
    /// channel's; `None` where there is none.
    pub(super) fn wrap_up_from_now(&self, work: &Work, cx: &Context<'_>) -> Option<Timestamp> {
        let by_queue = cx.config.queues[work.queue.index()].settings.wrap_up;
        let by_channel = cx.config.channels[work.channel.index()].wrap_up;
        let length = self.spec.wrap_up.or(by_queue).or(by_channel).unwrap_or_default();
        (length > Span::ZERO).then(|| cx.now + length)
    }
}
