//! What a fresh database begins with.

use domain::Outcome;

use crate::db::Tx;
use crate::{channels, forms, losses, process};

/// Fills what is empty; later starts change nothing.
pub(crate) async fn fill(tx: &Tx) -> Outcome<()> {
    process::seed(tx).await?;
    losses::seed(tx).await?;
    channels::seed(tx).await?;
    forms::seed(tx).await
}
