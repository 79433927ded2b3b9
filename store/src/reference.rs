//! Small tables that every page reads, cached: settings, people, teams, rights, pipelines, loss reasons, forms, channel rules.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::Outcome;
use domain::access::{Actor, Matrix};
use domain::attribution::ChannelRule;
use domain::form::Form;
use domain::id::{FormId, LossReasonId, PipelineId, StageId, TeamId, UserId};
use domain::loss::LossReason;
use domain::pipeline::{Pipeline, Stage};
use domain::settings::Settings;
use domain::user::{Person, Team, User};
use sea_orm::ConnectionTrait;

use crate::{channels, forms, losses, process, rights, settings, users, views};

/// How long another process's change may stay unseen.
const MAX_AGE: Duration = Duration::from_secs(10);

/// One reading of them all.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) settings: Settings,
    /// Everybody, deactivated ones included, by name.
    pub(crate) users: Vec<User>,
    pub(crate) teams: Vec<Team>,
    pub(crate) rights: Matrix,
    /// In order, the retired ones last; the first one is the default.
    pub(crate) pipelines: Vec<Pipeline>,
    /// Stages that are in earlier versions only: history names them.
    pub(crate) retired_stages: Vec<Stage>,
    pub(crate) loss_reasons: Vec<LossReason>,
    /// Shared with every submission that waits.
    pub(crate) forms: Vec<Arc<Form>>,
    /// In the order in which they are asked.
    pub(crate) channel_rules: Vec<ChannelRule>,
    /// Saved views of everybody, by name.
    pub(crate) views: Vec<views::Owned>,
}

impl Reference {
    async fn load(conn: &impl ConnectionTrait) -> Outcome<Reference> {
        let process = process::load(conn).await?;
        Ok(Reference {
            settings: settings::load(conn).await?,
            users: users::load_all(conn).await?,
            teams: users::load_teams(conn).await?,
            rights: rights::load(conn).await?,
            pipelines: process.pipelines,
            retired_stages: process.retired_stages,
            loss_reasons: losses::load_all(conn).await?,
            forms: forms::load_all(conn).await?.into_iter().map(Arc::new).collect(),
            channel_rules: channels::load_all(conn).await?,
            views: views::load_all(conn).await?,
        })
    }

    pub(crate) fn user(&self, id: UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The user as one who asks.
    pub(crate) fn actor(&self, user: &User) -> Actor {
        user.actor_with(self.rights.of(user.role))
    }

    /// The person behind an owner or actor column.
    pub(crate) fn person(&self, id: Option<uuid::Uuid>) -> Option<Person> {
        self.user(UserId(id?)).map(|user| Person { id: user.id, name: user.name.clone() })
    }

    /// The team that records of this owner belong to.
    pub(crate) fn team_of(&self, owner: UserId) -> Option<TeamId> {
        self.user(owner)?.team
    }

    pub(crate) fn pipeline(&self, id: PipelineId) -> Option<&Pipeline> {
        self.pipelines.iter().find(|pipeline| pipeline.id == id)
    }

    /// The stage, retired or not.
    pub(crate) fn stage(&self, id: StageId) -> Option<&Stage> {
        let live = self.pipelines.iter().find_map(|pipeline| pipeline.stage(id));
        live.or_else(|| self.retired_stages.iter().find(|stage| stage.id == id))
    }

    pub(crate) fn loss_reason(&self, id: LossReasonId) -> Option<&LossReason> {
        self.loss_reasons.iter().find(|reason| reason.id == id)
    }

    pub(crate) fn form(&self, id: FormId) -> Option<&Form> {
        self.forms.iter().map(Arc::as_ref).find(|form| form.id == id)
    }

    pub(crate) fn form_by_slug(&self, slug: &str) -> Option<&Arc<Form>> {
        self.forms.iter().find(|form| form.slug == slug)
    }
}

/// The last reading and when it was made.
#[derive(Default)]
pub(crate) struct Cache {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Counts the changes, so that a reading begun before one is not kept after it.
    generation: u64,
    read: Option<(Instant, Arc<Reference>)>,
}

impl Cache {
    pub(crate) async fn get(&self, conn: &impl ConnectionTrait) -> Outcome<Arc<Reference>> {
        let begun = {
            let state = self.state();
            if let Some((at, reference)) = &state.read
                && at.elapsed() < MAX_AGE
            {
                return Ok(reference.clone());
            }
            state.generation
        };
        let at = Instant::now();
        let reference = Arc::new(Reference::load(conn).await?);
        let mut state = self.state();
        if state.generation == begun {
            state.read = Some((at, reference.clone()));
        }
        Ok(reference)
    }

    pub(crate) fn drop_it(&self) {
        let mut state = self.state();
        state.generation += 1;
        state.read = None;
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
