//! Carries out what `domain::import` planned. Running it again makes nothing twice: people are known by their address, teams,
//! categories and accounts by their name, services by their code, and deals by their id in the other program.

mod base;
mod deals;

use domain::access::{Action, Actor, Entity, check_any};
use domain::import::Plan;
use domain::{Outcome, Problem};

use crate::Db;

/// Deals of one transaction: SQLite has one writer, who must not be held for long.
const BATCH: usize = 500;

/// How many records were made, and how many were there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stored {
    pub new: u64,
    pub known: u64,
}

impl Stored {
    fn count(&mut self, is_new: bool) {
        if is_new {
            self.new += 1;
        } else {
            self.known += 1;
        }
    }

    pub fn all(self) -> u64 {
        self.new + self.known
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub users: Stored,
    pub teams: Stored,
    pub services: Stored,
    pub accounts: Stored,
    pub deals: Stored,
}

/// Stores the plan: people, catalog, pipeline and accounts in one transaction, then the deals in batches. After a break, run it
/// again. A record that is there already stays as it is.
///
/// Accounts belong to nobody: several agents sell to each. Users cannot sign in until an admin invites them.
pub async fn opportunities(db: &Db, actor: &Actor, plan: Plan) -> Outcome<Summary> {
    for entity in [Entity::Settings, Entity::Catalog, Entity::Client, Entity::Deal] {
        check_any(actor, Action::Write, entity)?;
    }
    for deal in &plan.deals {
        if deal.owner.is_some_and(|at| at >= plan.people.len())
            || deal.account.is_some_and(|at| at >= plan.accounts.len())
            || deal.service.is_some_and(|at| at >= plan.services.len())
        {
            return Err(Problem::NotFound);
        }
    }
    let reference = db.reference().await?;
    let mut summary = Summary::default();
    let base = db.write(async |tx| base::store(tx, actor, &reference, &plan, &mut summary).await).await?;
    for batch in plan.deals.chunks(BATCH) {
        let stored = db.write(async |tx| deals::store(tx, actor, &reference, &base, batch).await).await?;
        summary.deals.new += stored.new;
        summary.deals.known += stored.known;
    }
    Ok(summary)
}
