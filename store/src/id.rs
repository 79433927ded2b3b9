//! New ids: UUID version 7, so that an index grows at its end.

use uuid::Uuid;

#[expect(clippy::disallowed_methods, reason = "the one maker of ids")]
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}
