//! New ids: UUID version 7, so that an index grows at its end.

use uuid::Uuid;

/// An id that nothing has yet.
#[expect(clippy::disallowed_methods, reason = "the one maker of ids")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}
