//! What a fresh database begins with.

use domain::Outcome;

use crate::db::Tx;
use crate::{channels, deals, forms};

/// Fills what is empty; later starts change nothing.
pub(crate) async fn fill(tx: &Tx) -> Outcome<()> {
    deals::seed(tx).await?;
    channels::seed(tx).await?;
    forms::seed(tx).await
}
