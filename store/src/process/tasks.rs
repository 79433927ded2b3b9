//! Tasks that a deal gets by itself when it enters a stage.

use chrono::TimeDelta;
use domain::Outcome;
use domain::access::{self, Action, Actor, Entity, Ownership};
use domain::id::{TeamId, UserId};
use domain::pipeline::{Stage, TaskTaker};
use domain::user::User;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::db::Tx;
use crate::entity::{deal, task};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::tasks::{self, Planned};

/// Makes the stage's tasks for `deal`, each in its taker's language. One that is still to be done since an earlier stay is not
/// made again.
pub(crate) async fn make(
    tx: &Tx,
    actor: &Actor,
    reference: &Reference,
    deal: &deal::Model,
    stage: &Stage,
) -> Outcome<()> {
    if stage.about.tasks.is_empty() {
        return Ok(());
    }
    let mut open: Vec<(String, String)> = task::Entity::find()
        .select_only()
        .columns([task::Column::Kind, task::Column::Title])
        .filter(task::Column::DealId.eq(deal.id))
        .filter(task::Column::DoneAt.is_null())
        .into_tuple()
        .all(tx.conn())
        .await
        .db()?;
    for wanted in &stage.about.tasks {
        let taker = taker(reference, deal, wanted.assignee);
        let lang = taker.map_or(reference.settings.lang, |user| user.lang);
        let title = wanted.title.get(lang).to_owned();
        let same = (wanted.kind.code().to_owned(), title.clone());
        if open.contains(&same) {
            continue;
        }
        let planned = Planned {
            kind: wanted.kind,
            title,
            due_at: tx.now() + TimeDelta::minutes(wanted.due_minutes.into()),
            assignee: taker.map(|user| user.id),
            team: taker.map_or(deal.team_id.map(TeamId), |user| user.team),
            links: deal.links(),
        };
        tasks::put(tx, actor, planned).await?;
        open.push(same);
    }
    Ok(())
}

/// Who does it: whom the stage says, if they are there and see the deal; else its owner.
fn taker<'a>(reference: &'a Reference, deal: &deal::Model, wanted: TaskTaker) -> Option<&'a User> {
    let Ownership { owner, team, .. } = deal.whose();
    let wanted: Option<UserId> = match wanted {
        TaskTaker::Owner => None,
        TaskTaker::Head => {
            let team = owner.and_then(|owner| reference.team_of(owner)).or(team);
            reference.teams.iter().find(|known| Some(known.id) == team).and_then(|team| team.head)
        }
        TaskTaker::User(id) => Some(id),
    };
    let sees = |user: &&User| {
        user.active && access::can(&reference.actor(user), Action::Read, Entity::Deal, deal.whose())
    };
    let wanted = wanted.and_then(|id| reference.user(id)).filter(sees);
    wanted.or_else(|| owner.and_then(|id| reference.user(id)))
}
