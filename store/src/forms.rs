//! Lead forms.

use domain::form::Form;
use domain::Outcome;

use crate::Db;

/// The active form of that name; anybody may read it.
pub async fn public(db: &Db, slug: &str) -> Outcome<Form> { todo!() }
