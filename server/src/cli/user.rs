//! `millrace user …`

use std::io::Read;

use anyhow::Context;
use clap::Subcommand;
use domain::access::{Actor, Role};
use domain::user::NewUser;
use domain::{Lang, Problem};
use store::Clock;

use super::{Refused, refused};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user; works on a fresh data folder too
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// admin, head_of_sales, sales_rep, delivery, marketer or viewer
        #[arg(long, value_parser = role)]
        role: Role,
        /// en or ru
        #[arg(long, default_value = "en", value_parser = lang)]
        lang: Lang,
        /// Read the password from standard input (one line)
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Take the second factor from somebody who has lost it and can ask no administrator
    ResetSecondFactor {
        #[arg(long)]
        email: String,
    },
}

fn role(text: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::code).join(", ");
    Role::from_code(text).ok_or_else(|| format!("one of {}", known()))
}

fn lang(text: &str) -> Result<Lang, String> {
    Lang::from_tag(text).ok_or_else(|| "en or ru".to_owned())
}

pub async fn run(config: &Config, command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Add { email, name, role, lang, password_stdin: _ } => {
            let user = NewUser { email, name, role, team: None, lang, password: String::new() };
            add(config, user).await
        }
        UserCommand::ResetSecondFactor { email } => reset_second_factor(config, &email).await,
    }
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn reset_second_factor(config: &Config, email: &str) -> anyhow::Result<()> {
    let db = config.open(Clock::default()).await?;
    let users = store::users::list(&db, &Actor::SYSTEM).await.map_err(|problem| refused(&problem))?;
    let email = email.trim().to_lowercase();
    let user = users.into_iter().find(|user| user.email.to_lowercase() == email);
    let user = user.ok_or_else(|| Refused(format!("email: nobody has {email}")))?;
    store::second_factor::reset(&db, &Actor::SYSTEM, user.id).await.map_err(|problem| match problem {
        Problem::Invalid { .. } => Refused(format!("{email} has no second factor")).into(),
        other => refused(&other),
    })?;
    println!("{email} signs in with the password alone");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn add(config: &Config, user: NewUser) -> anyhow::Result<()> {
    let mut password = String::new();
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut password)
        .context("cannot read the password from standard input")?;
    let password = password.lines().next().unwrap_or_default().to_owned();
    if password.is_empty() {
        return Err(Refused("password: nothing came from standard input".into()).into());
    }
    let db = config.open(Clock::default()).await?;
    let user = NewUser { password, ..user };
    let user = store::users::add(&db, &Actor::SYSTEM, user).await.map_err(|problem| refused(&problem))?;
    println!("added {} ({})", user.email, user.role.code());
    Ok(())
}
