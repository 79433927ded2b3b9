//! `millrace demo`: a believable service company with 90 days behind it. Everything goes through the use cases, with the clock
//! turned back, so that the demo obeys the same rules and leaves the same traces as people do.

mod company;
mod forms;
mod process;
mod story;
mod walk;
mod words;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Actor;
use domain::{Lang, Problem};
use store::{Clock, Db};

use super::{Refused, refused};
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// Language of the invented company: en or ru
    #[arg(long, default_value = "en")]
    lang: String,
}

/// Days of history.
const DAYS: i64 = 90;

/// What the stories are told with.
struct Demo {
    db: Db,
    clock: Clock,
    lang: Lang,
    /// The true present.
    now: DateTime<Utc>,
}

impl Demo {
    /// Turns the clock to `minutes` after `from`.
    fn at(&self, from: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
        let at = from + TimeDelta::minutes(minutes);
        self.clock.set(at);
        at
    }

    /// The text for the demo's language.
    fn say<'a>(&self, en: &'a str, ru: &'a str) -> &'a str {
        if self.lang == Lang::Ru { ru } else { en }
    }
}

#[expect(clippy::print_stdout, reason = "the logins are the command's answer")]
pub async fn run(config: &Config, args: &DemoArgs) -> anyhow::Result<()> {
    let lang = Lang::from_tag(&args.lang).ok_or_else(|| Refused("--lang: en or ru".into()))?;
    let now = Clock::default().now();
    let clock = Clock::manual(now - TimeDelta::days(DAYS));
    let db = config.open(clock.clone()).await?;
    if !store::users::list(&db, &Actor::SYSTEM).await.map_err(|problem| refused(&problem))?.is_empty() {
        // A second `run.sh --demo` goes on with the company of the first.
        println!("The database in {} has users already; it stays as it is.", config.data_dir.display());
        return Ok(());
    }
    let demo = Demo { db, clock, lang, now };
    let logins = fill(&demo).await.map_err(|problem| refused(&problem))?;
    println!("A demo company was made. Its logins:");
    for login in logins {
        println!("  {:<16} {:<34} {}", login.role, login.email, login.password);
    }
    demo.db.close().await;
    Ok(())
}

async fn fill(demo: &Demo) -> Result<Vec<company::Login>, Problem> {
    let (staff, logins) = company::staff(demo).await?;
    let services = company::catalog(demo).await?;
    forms::build(demo, &staff).await?;
    process::describe(demo).await?;
    story::leads_and_deals(demo, &staff, &services).await?;
    story::plans(demo, &staff).await?;
    forms::doubtful(demo).await?;
    // Nothing of an invented past is really sent.
    demo.clock.set(demo.now);
    loop {
        let taken = store::outbox::take(&demo.db, "https://crm.example", 100).await?;
        if taken.is_empty() {
            return Ok(logins);
        }
        for message in taken {
            store::outbox::delivered(&demo.db, message.id).await?;
        }
    }
}
