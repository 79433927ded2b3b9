//! The use cases through their public functions, each test on SQLite and on PostgreSQL.

mod acts;
mod audit;
mod backup;
mod board;
mod catalog;
mod clients;
mod deals;
mod export;
mod funnel;
mod harness;
mod import;
mod intake;
mod joining;
mod leads;
mod leaving;
mod offers;
mod outbox;
mod people;
mod sales;
mod seal;
mod second_factor;
mod sessions;
mod setup;
mod sso;
mod work;
