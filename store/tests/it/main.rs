//! The use cases through their public functions, each test on SQLite and on PostgreSQL.

mod acts;
mod board;
mod catalog;
mod clients;
mod deals;
mod funnel;
mod harness;
mod offers;
mod outbox;
mod people;
mod sales;
mod sessions;
mod setup;
