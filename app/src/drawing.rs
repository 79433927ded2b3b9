//! The words in the drawing of a pipeline, on the page and in its file, and about files that are not understood.

#[cfg(feature = "ssr")]
mod refusal;

use domain::Lang;
use domain::access::Role;
use domain::pipeline::map::{Side, Words};
use domain::pipeline::{Pipeline, Requirement, Stage, StageKind};

#[cfg(feature = "ssr")]
pub use refusal::NotImported;

/// The words in one language.
#[derive(Debug, Clone, Copy)]
pub struct Drawn(pub Lang);

impl Words for Drawn {
    fn lang(&self) -> Lang {
        self.0
    }

    fn start(&self) -> String {
        tr!(self.0, drawing.start)
    }

    fn role(&self, role: Option<Role>) -> String {
        role.map_or_else(|| tr!(self.0, drawing.any_role), |role| crate::text::role(self.0, role))
    }

    fn requirement(&self, requirement: Requirement, pipeline: &Pipeline) -> String {
        crate::text::requirement(self.0, requirement, pipeline)
    }

    fn side(&self, side: Side) -> String {
        match side {
            Side::Enter => tr!(self.0, drawing.enter),
            Side::Leave => tr!(self.0, drawing.leave),
        }
    }

    fn facts(&self, stage: &Stage) -> String {
        if stage.kind != StageKind::Open {
            return String::new();
        }
        let chance = tr!(self.0, drawing.chance, n = stage.probability);
        match stage.limit_days {
            Some(days) => format!("{chance} · {}", tr!(self.0, drawing.limit, n = days)),
            None => chance,
        }
    }
}
