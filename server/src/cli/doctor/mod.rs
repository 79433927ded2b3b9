//! `millrace doctor`: looks at a deployment and says what to do. Changes nothing.

mod checks;

use crate::config::{Config, ServeArgs};
use checks::{Finding, Level};

#[expect(clippy::print_stdout, reason = "the findings are the command's answer")]
pub async fn run(config: &Config, args: &ServeArgs) -> anyhow::Result<()> {
    let serve = config.serve(args)?;
    let mut found = vec![checks::folder(&config.data_dir), checks::key("secret key", &config.secret_path())];
    found.push(checks::key("sealing key", &config.key_file));
    // A damaged one has been told of already.
    let key = config.kept_key().ok().flatten();
    found.extend(checks::database(&config.database_url, &serve.backup, key).await);
    found.push(checks::space("free space for data", &config.data_dir));
    found.extend(checks::backup_folder(&serve.backup, &config.data_dir));
    found.push(checks::address(&serve.public_url));
    found.push(checks::proxy(&serve));
    found.push(checks::mail(serve.smtp_url.as_deref()).await);
    if let Some(sso) = serve.sso.clone() {
        found.push(checks::sso(sso, &serve.public_url).await);
    }
    for Finding { level, about, text } in &found {
        println!("{:<5} {about}: {text}", level.word());
    }
    let failed = found.iter().filter(|finding| finding.level == Level::Fail).count();
    anyhow::ensure!(failed == 0, "{failed} of {} checks failed", found.len());
    Ok(())
}
