//! Newtype ids: a lead's id can never be passed where a deal's is expected.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Problem;

            /// An id that is not well-formed names nothing: it is *not found*, as a foreign one is.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::parse_str(text).map(Self).map_err(|_| crate::Problem::NotFound)
            }
        }
    )+};
}

ids! {
    /// A person who signs in.
    UserId,
    /// A group of users with a head.
    TeamId,
    /// An embeddable or hosted lead form.
    FormId,
    /// A line of the table that decides a lead's channel.
    ChannelRuleId,
    /// One received form submission.
    SubmissionId,
    /// What a person agreed to.
    ConsentId,
    /// A request that is not qualified yet.
    LeadId,
    /// A person on the customer's side.
    ContactId,
    /// A customer relationship.
    AccountId,
    /// Whom a contract is made with.
    LegalEntityId,
    /// A way of selling: an ordered set of stages.
    PipelineId,
    /// A step of a pipeline.
    StageId,
    /// Something to tick off in a stage.
    CheckItemId,
    /// A sale in progress or closed.
    DealId,
    /// Why a deal was lost or a lead disqualified.
    LossReasonId,
    /// A group of services in the catalog.
    CategoryId,
    /// A catalog item.
    ServiceId,
    /// An offer, over all its revisions.
    OfferId,
    /// One state of an offer; immutable once sent.
    RevisionId,
    /// A line of an offer revision or an act.
    LineId,
    /// An acceptance certificate.
    ActId,
    /// A request for a rating and its answer.
    SurveyId,
    /// One thing to do.
    TaskId,
    /// One thing that happened.
    ActivityId,
    /// A message on its way out.
    OutboxId,
    /// A browser that is signed in.
    SessionId,
    /// What a list shows, under a name.
    ViewId,
    /// Many records changed at once.
    BatchId,
}
