//! What a handle says, once for async callers and once for plain threads.

/// One method per line: its sentence, its name, what it takes, and the command it says; `me` is the handle's gate.
macro_rules! verbs {
    ($handle:ident, $me:ident: $($(#[doc = $doc:literal])* $name:ident($($argument:ident: $type:ty),*) => $command:expr;)*) => {
        impl $handle {
            $(
                $(#[doc = $doc])*
                ///
                /// # Errors
                /// As [`crate::Engine::apply`]; [`crate::EngineError::Forbidden`] where it names what is beyond the right.
                ///
                /// # Cancel safety
                /// As [`crate::Engine::apply`].
                #[allow(unused_variables, reason = "not every command names the holder")]
                pub async fn $name(&self, $($argument: $type),*) -> Result<sunline_core::Receipt, crate::EngineError> {
                    let $me = self;
                    self.gate.say(None, $command).await
                }
            )*

            /// Says any command; the right is tested as with the methods above.
            ///
            /// # Errors
            /// As [`crate::Engine::apply`]; [`crate::EngineError::Forbidden`].
            ///
            /// # Cancel safety
            /// As [`crate::Engine::apply`].
            pub async fn say(&self, command: sunline_core::Command) -> Result<sunline_core::Receipt, crate::EngineError> {
                self.gate.say(None, command).await
            }

            /// Says a command that may be repeated under its key; see [`crate::Engine::apply_once`].
            ///
            /// # Errors
            /// As [`Self::say`] and [`crate::Engine::apply_once`].
            ///
            /// # Cancel safety
            /// As [`crate::Engine::apply`].
            pub async fn say_once(
                &self,
                key: sunline_core::CommandKey,
                command: sunline_core::Command,
            ) -> Result<sunline_core::Receipt, crate::EngineError> {
                self.gate.say(Some(key), command).await
            }

            /// Refuses, on the host's behalf, a call that this handle has no method for, so that the audit tells of it too;
            /// for hosts that pass calls on, such as a gateway. What the caller is answered.
            pub fn refuse(&self, call: &'static str) -> crate::EngineError {
                self.gate.refuse(call)
            }

            /// By what name the audit knows whoever holds this.
            pub fn label(&self) -> &str {
                &self.gate.holder.label
            }

            /// The engine's time.
            pub fn now(&self) -> sunline_core::Timestamp {
                self.gate.engine.now()
            }
        }

        impl crate::blocking::$handle {
            $(
                $(#[doc = $doc])*
                ///
                /// # Errors
                /// As with the async handle of the same name. So with all below.
                #[allow(unused_variables, reason = "not every command names the holder")]
                pub fn $name(&self, $($argument: $type),*) -> Result<sunline_core::Receipt, crate::EngineError> {
                    let $me = &self.handle;
                    crate::wait::park_on(self.handle.gate.say(None, $command))
                }
            )*

            /// Says any command; the right is tested as with the methods above.
            ///
            /// # Errors
            /// As with the async handle of the same name.
            pub fn say(&self, command: sunline_core::Command) -> Result<sunline_core::Receipt, crate::EngineError> {
                crate::wait::park_on(self.handle.say(command))
            }

            /// Says a command that may be repeated under its key.
            ///
            /// # Errors
            /// As with the async handle of the same name.
            pub fn say_once(
                &self,
                key: sunline_core::CommandKey,
                command: sunline_core::Command,
            ) -> Result<sunline_core::Receipt, crate::EngineError> {
                crate::wait::park_on(self.handle.say_once(key, command))
            }

            /// Refuses a call that this handle has no method for, so that the audit tells of it too.
            pub fn refuse(&self, call: &'static str) -> crate::EngineError {
                self.handle.refuse(call)
            }

            /// By what name the audit knows whoever holds this.
            pub fn label(&self) -> &str {
                self.handle.label()
            }

            /// The engine's time.
            pub fn now(&self) -> sunline_core::Timestamp {
                self.handle.now()
            }

            /// The same handle for async callers, on any runtime. It ends with the last of the blocking ones.
            pub fn handle(&self) -> $handle {
                self.handle.clone()
            }
        }
    };
}

pub(super) use verbs;
