use crate::config::Config;
#[derive(Debug, clap::Subcommand)]
pub enum ImportCommand { CrmSalesOpportunities { dir: std::path::PathBuf } }
pub async fn run(_config: &Config, _c: ImportCommand) -> anyhow::Result<()> { anyhow::bail!("soon") }
