//! Tables, one file each; private: no entity leaves the crate.

#![expect(unreachable_pub, reason = "SeaORM's macros make public items")]

pub(crate) mod account;
pub(crate) mod act;
pub(crate) mod act_line;
pub(crate) mod activity;
pub(crate) mod audit_entry;
pub(crate) mod audit_head;
pub(crate) mod channel_rule;
pub(crate) mod consent;
pub(crate) mod contact;
pub(crate) mod contact_point;
pub(crate) mod deal;
pub(crate) mod erasure;
pub(crate) mod form;
pub(crate) mod half_session;
pub(crate) mod identity;
pub(crate) mod lead;
pub(crate) mod loss_reason;
pub(crate) mod offer;
pub(crate) mod offer_line;
pub(crate) mod offer_revision;
pub(crate) mod one_time_token;
pub(crate) mod outbox;
pub(crate) mod pipeline;
pub(crate) mod recovery_code;
pub(crate) mod role_right;
pub(crate) mod second_factor;
pub(crate) mod service;
pub(crate) mod service_category;
pub(crate) mod session;
pub(crate) mod setting;
pub(crate) mod share;
pub(crate) mod sign_in;
pub(crate) mod sso_way;
pub(crate) mod stage;
pub(crate) mod stage_change;
pub(crate) mod stage_requirement;
pub(crate) mod submission;
pub(crate) mod survey;
pub(crate) mod task;
pub(crate) mod team;
pub(crate) mod touch;
pub(crate) mod user;
pub(crate) mod waiver;
