//! Where the figures of the pipe lead: the addresses of their records.

use domain::Lang;
use domain::id::{StageId, UserId};
use domain::pipe::{LeakKind, Leaky, Pipe, PipeFilter};

use super::words;

/// What a list of leaking deals is narrowed to; `stage` is the name of the leak's.
pub(crate) fn told(lang: Lang, leak: &Leaky, stage: Option<String>) -> String {
    let kind = words::kind(lang, leak.kind);
    let told = match stage.filter(|_| leak.stage.is_some()) {
        Some(stage) => tr!(lang, pipe.narrowed_at, kind = kind, stage = stage),
        None => tr!(lang, pipe.narrowed, kind = kind),
    };
    if leak.unowned { format!("{told}, {}", tr!(lang, pipe.narrowed_nobody)) } else { told }
}

/// Whose records a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Those of the whole pipe.
    All,
    /// A manager's; `None`: nobody's.
    Of(Option<UserId>),
}

/// Addresses of the lists behind a pipe.
#[derive(Debug, Clone)]
pub(super) struct Records {
    deals: String,
    leads: String,
    owner: Option<UserId>,
}

impl Records {
    /// `own` are the only person's whose records the pipe shows, where it shows no others.
    pub(super) fn new(pipe: &Pipe, filter: &PipeFilter, own: Option<UserId>) -> Self {
        let day = |name: &str, day: Option<chrono::NaiveDate>| {
            day.map(|day| format!("&{name}={day}")).unwrap_or_default()
        };
        let instant = |name: &str, at: Option<chrono::DateTime<chrono::Utc>>| {
            let written = at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
            written.map(|at| format!("&{name}={at}")).unwrap_or_default()
        };
        let team = filter.team.map(|team| format!("&team={team}")).unwrap_or_default();
        let days = [day("opened_from", filter.from), day("opened_until", filter.until)].concat();
        let (from, until) = pipe.span;
        Records {
            deals: format!("&pipeline={}{days}{team}", pipe.pipeline),
            leads: format!("{}{}{team}", instant("from", from), instant("until", until)),
            owner: own.or(filter.owner),
        }
    }

    fn owner(&self, whose: Whose) -> String {
        let owner = match whose {
            Whose::All => self.owner,
            Whose::Of(None) => return "&unowned=1".to_owned(),
            Whose::Of(owner) => owner,
        };
        owner.map(|id| format!("&owner={id}")).unwrap_or_default()
    }

    /// The deals that leaked so: at that place, or anywhere.
    pub(super) fn leak(&self, kind: LeakKind, stage: Option<StageId>, whose: Whose) -> String {
        let stage = stage.map(|id| format!("&leak_stage={id}")).unwrap_or_default();
        let owner = self.owner(whose);
        format!("/deals?view=list&status=all&leak={}{stage}{owner}{}", kind.code(), self.deals)
    }

    fn list(&self, narrowed: &str) -> String {
        format!("/deals?view=list&{narrowed}{}{}", self.owner(Whose::All), self.deals)
    }

    pub(super) fn reached(&self, stage: StageId) -> String {
        self.list(&format!("status=all&reached={stage}"))
    }

    pub(super) fn here(&self, stage: StageId) -> String {
        self.list(&format!("status=open&stage={stage}"))
    }

    pub(super) fn lost(&self, stage: StageId) -> String {
        self.list(&format!("status=lost&lost_in={stage}"))
    }

    pub(super) fn won(&self) -> String {
        self.list("status=won")
    }

    /// Leads of that status: `all`, `converted`, `disqualified`; of none: those that are still open.
    pub(super) fn leads(&self, status: &str) -> String {
        format!("/leads?status={status}{}{}", self.owner(Whose::All), self.leads)
    }
}

#[cfg(test)]
mod tests {
    use domain::pipe::Run;
    use uuid::Uuid;

    use super::*;

    fn pipe() -> Pipe {
        Pipe {
            pipeline: domain::id::PipelineId(Uuid::nil()),
            name: domain::Label::default(),
            first_contact: None,
            stages: Vec::new(),
            won: 0,
            won_sums: Vec::new(),
            lost_for: Vec::new(),
            channels: Vec::new(),
            managers: Vec::new(),
            run: Run::default(),
            before: None,
            span: (Some("2026-09-30T21:00:00Z".parse().unwrap()), None),
            spots: Vec::new(),
            kinds: Vec::new(),
        }
    }

    #[test]
    fn every_figure_names_what_it_counts() {
        let day = "2026-10-01".parse().unwrap();
        let filter = PipeFilter { from: Some(day), ..PipeFilter::default() };
        let records = Records::new(&pipe(), &filter, None);
        let (stage, me) = (StageId(Uuid::from_u128(5)), UserId(Uuid::from_u128(1)));
        let nil = Uuid::nil();
        assert_eq!(
            records.leak(LeakKind::SkippedStage, Some(stage), Whose::Of(None)),
            format!(
                "/deals?view=list&status=all&leak=skipped_stage&leak_stage={stage}&unowned=1\
                 &pipeline={nil}&opened_from=2026-10-01"
            )
        );
        let own = Records::new(&pipe(), &filter, Some(me));
        assert_eq!(
            own.reached(stage),
            format!(
                "/deals?view=list&status=all&reached={stage}&owner={me}&pipeline={nil}&opened_from=2026-10-01"
            )
        );
        let team = Some(domain::id::TeamId(nil));
        let of_team = Records::new(&pipe(), &PipeFilter { team, ..filter }, Some(me));
        assert_eq!(
            of_team.leads("converted"),
            format!("/leads?status=converted&owner={me}&from=2026-09-30T21:00:00Z&team={nil}")
        );
    }
}
