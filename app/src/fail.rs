//! How a `Problem` travels between the server functions and the pages.

use domain::Problem;
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// What a server function fails with. `?` on an `Outcome` makes it, and sets the true HTTP status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fail {
    Problem(Problem),
    /// The server could not be reached or did not answer in our terms.
    Network,
}

/// What server functions answer.
pub type Answer<T> = Result<T, Fail>;

impl From<Problem> for Fail {
    fn from(problem: Problem) -> Self {
        // A plain form is answered by a redirect back to its page, which then shows the failure.
        #[cfg(feature = "ssr")]
        if crate::ctx::is_plain_form() {
            return Fail::Problem(problem);
        }
        #[cfg(feature = "ssr")]
        if let Some(options) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
            && let Ok(status) = axum::http::StatusCode::from_u16(problem.status())
        {
            options.set_status(status);
            if let Problem::TooMany { retry_after } | Problem::Unavailable { retry_after } = problem {
                options.insert_header(axum::http::header::RETRY_AFTER, retry_after.into());
            }
        }
        Fail::Problem(problem)
    }
}

impl FromServerFnError for Fail {
    type Encoder = crate::codec::JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
                if cfg!(feature = "ssr") =>
            {
                Problem::Invalid { fields: Vec::new() }.into()
            }
            _ => Fail::Network,
        }
    }
}

impl std::fmt::Display for Fail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fail::Problem(problem) => problem.fmt(f),
            Fail::Network => f.write_str("network"),
        }
    }
}

impl std::error::Error for Fail {}
