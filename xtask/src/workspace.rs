//! Where things are, and how other programs are called.

use anyhow::{Context, Result, bail};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// How both sides are compiled. The markup that the server writes and the markup that the client expects differ
/// with this setting, so there is one place for it.
pub(crate) const RUSTFLAGS: &str = "--cfg erase_components";

/// The folders of one checkout.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    target: PathBuf,
    cache: PathBuf,
}

impl Workspace {
    /// Takes the folders from the environment, as `scripts/setup.sh` sets it, or from cargo's defaults.
    pub(crate) fn find() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_path_buf();
        let folder =
            |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(|value| root.join(value));
        let target = folder("CARGO_TARGET_DIR").unwrap_or_else(|| root.join("target"));
        let cache = folder("MILLRACE_CACHE").unwrap_or_else(|| target.clone());
        Self { root, target, cache }
    }

    /// The built client: what the server embeds, nothing else.
    pub(crate) fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// Names what the built client was made of.
    pub(crate) fn site_inputs(&self) -> PathBuf {
        self.target.join("site.inputs")
    }

    /// Files on their way into the site; on the same disk, so that a rename puts them there in one step.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("site.partial")
    }

    /// The release build of the server.
    pub(crate) fn binary(&self) -> PathBuf {
        self.target.join("release").join("millrace")
    }

    /// The client compiles in a target folder of its own: another compiler version may be at work there.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.cache.join("wasm")
    }

    /// A program to be run in the root folder.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// Cargo with the project's compiler settings and the target folder in use, whoever called xtask.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = self.command("cargo");
        command
            .env("CARGO_TARGET_DIR", &self.target)
            .env("RUSTFLAGS", RUSTFLAGS)
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        command
    }
}

/// Runs a command to its end; its failure is an error.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", shown(&command)))?;
    if !status.success() {
        bail!("{} failed: {status}", shown(&command));
    }
    Ok(())
}

/// Runs a command and gives back what it printed; its failure is an error.
pub(crate) fn output(mut command: Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", shown(&command)))?;
    if !output.status.success() {
        bail!("{} failed: {}", shown(&command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Does one step of the work and says how long it took.
pub(crate) fn timed<T>(step: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let result = work().with_context(|| step.to_owned())?;
    eprintln!("{:>8.1} s  {step}", start.elapsed().as_secs_f32());
    Ok(result)
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
