//! Accounts, and the list of clients that mixes them with contacts of no account.

use domain::access::Actor;
use domain::account::{Account, ClientRow};
use domain::id::AccountId;
use domain::query::Page;
use domain::Outcome;

use crate::Db;

/// Accounts and contacts without one, by name; `text` is part of a name, phone or e-mail.
pub async fn clients(db: &Db, actor: &Actor, text: &str, cursor: Option<&str>) -> Outcome<Page<ClientRow>> { todo!() }

pub async fn show(db: &Db, actor: &Actor, id: AccountId) -> Outcome<Account> { todo!() }
