//! Who calls or writes: recognised by a whole phone or e-mail address.

use serde::{Deserialize, Serialize};

use crate::activity::Subject;
use crate::contact::PointKind;
use crate::user::Person;

/// A contact, an account or an open lead with that phone or e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub on: Subject,
    pub name: String,
    /// A contact's account, a lead's company.
    pub detail: String,
    pub owner: Option<Person>,
    /// What they were recognised by.
    pub by: PointKind,
}
