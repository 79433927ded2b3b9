//! The use cases through their public functions, each test on SQLite and on PostgreSQL.

mod clients;
mod harness;
mod outbox;
mod people;
mod sessions;
mod setup;
