//! The binary `millrace`: command line, HTTP, worker. It is how the CRM is reached; what it does is in `store`.

mod backups;
mod cli;
mod config;
mod erased;
mod http;
mod papers;
mod sso;
mod worker;

use std::process::ExitCode;

use clap::Parser;

/// Pages are rendered by deep calls, which take more than the usual 2 MiB in a debug build; what is not used is not taken.
const RENDER_STACK: usize = 8 << 20;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    sso::prepare_tls();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(RENDER_STACK)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return cli::failed(&anyhow::Error::new(error).context("cannot start the runtime")),
    };
    match runtime.block_on(cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cli::failed(&error),
    }
}
