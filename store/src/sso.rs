//! Signing in by an identity provider: the way there and back, and whom it vouches for. What is said to the provider, and how its
//! answer is read, is the server's part.

use chrono::TimeDelta;
use domain::access::Actor;
use domain::id::UserId;
use domain::session::{SignInOutcome, SsoRefusal};
use domain::user::Standing;
use domain::{Outcome, Problem};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, ModelTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::{identity, sso_way, user};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::sessions::{Origin, SignedIn, enter, half, note};
use crate::users::domain_user;
use crate::users::invitations::standing;
use crate::{Db, second_factor, token};

/// Minutes that somebody may spend at the provider.
pub const WAY_MINUTES: i64 = 10;
/// Characters of a path that is kept.
const LONGEST: usize = 1000;

/// A browser's way to the provider. All but `next` belong to its token and are computed from it.
#[derive(Debug, Clone)]
pub struct Way {
    /// Goes into a cookie and nowhere else.
    pub token: String,
    /// What the provider sends back.
    pub state: String,
    /// What the provider signs.
    pub nonce: String,
    /// What proves at the end that who asks for the person is who sent them (PKCE).
    pub verifier: String,
    /// The path of ours that was wanted.
    pub next: String,
}

impl Way {
    fn of(db: &Db, token: String, next: String) -> Way {
        let tied = |purpose| token::tied(db, purpose, &token);
        Way {
            state: tied("sso state"),
            nonce: tied("sso nonce"),
            verifier: tied("sso verifier"),
            token,
            next,
        }
    }
}

/// What the provider says, checked.
#[derive(Debug, Clone)]
pub struct Vouched {
    pub issuer: String,
    /// The provider's name for the person, which never changes.
    pub subject: String,
    pub email: String,
    /// The provider has made sure of the address.
    pub is_verified: bool,
}

/// Sets out to the provider.
pub async fn begin(db: &Db, next: &str) -> Outcome<Way> {
    let token = token::random()?;
    let next: String = next.chars().take(LONGEST).collect();
    db.write(async |tx| {
        let late = sso_way::Column::ExpiresAt.lte(tx.now());
        sso_way::Entity::delete_many().filter(late).exec(tx.conn()).await.db()?;
        sso_way::ActiveModel {
            id: Set(new_id()),
            token_hash: Set(token::hash(&token)),
            next: Set(next.clone()),
            expires_at: Set(tx.now() + TimeDelta::minutes(WAY_MINUTES)),
        }
        .insert(tx.conn())
        .await
        .db()?;
        Ok(())
    })
    .await?;
    Ok(Way::of(db, token, next))
}

/// Comes back from the provider, with the browser's token and the state that the provider was given. Whatever comes of it, the way
/// is used up: `Expired` when it was not there, was too long, or the state belongs to another one.
pub async fn arrive(db: &Db, token: &str, state: &str) -> Outcome<Way> {
    let row = db
        .write(async |tx| {
            let row = sso_way::Entity::find()
                .filter(sso_way::Column::TokenHash.eq(token::hash(token)))
                .lock_exclusive()
                .one(tx.conn())
                .await
                .db()?
                .ok_or(Problem::Expired)?;
            row.clone().delete(tx.conn()).await.db()?;
            Ok(row)
        })
        .await?;
    let way = Way::of(db, token.to_owned(), row.next);
    if row.expires_at <= db.now() || way.state != state {
        return Err(Problem::Expired);
    }
    Ok(way)
}

/// Signs in whom the provider vouches for: the person that it is bound to, else the one with the verified address, who is bound to
/// it from then on. The provider's word stands for a second factor as well, unless the company demands its own.
pub async fn sign_in(db: &Db, vouched: Vouched, origin: Origin) -> Outcome<Result<SignedIn, SsoRefusal>> {
    let settings = db.reference().await?.settings.clone();
    let entered = db
        .write(async |tx| {
            let row = match person(tx, &vouched).await? {
                Ok(row) => row,
                Err((whose, refusal)) => {
                    refuse(tx, whose, &origin, refusal).await?;
                    return Ok(Err(refusal));
                }
            };
            let user = domain_user(row)?;
            if settings.second_factor.binds(user.role) && second_factor::is_on(tx.conn(), user.id).await? {
                return half::begin(tx, user, &origin).await.map(Ok);
            }
            enter(tx, &user, &origin, SignInOutcome::OkSso).await.map(Ok)
        })
        .await?;
    Ok(entered)
}

/// Notes that nobody came in.
pub async fn refused(db: &Db, refusal: SsoRefusal, origin: Origin) -> Outcome<()> {
    db.write(async |tx| refuse(tx, None, &origin, refusal).await).await
}

async fn refuse(tx: &Tx, whose: Option<UserId>, origin: &Origin, refusal: SsoRefusal) -> Outcome<()> {
    note(tx, whose, origin, SignInOutcome::SsoRefused).await?;
    let about = whose.map_or(Uuid::nil(), |id| id.0);
    tx.audit(&Actor::SYSTEM, "sso_refused", "user", about, json!({ "reason": refusal.code() })).await
}

/// Who that is here, or why nobody; in the latter case also whose address it is, if that is known.
async fn person(tx: &Tx, vouched: &Vouched) -> Outcome<Result<user::Model, (Option<UserId>, SsoRefusal)>> {
    let bound = identity::Entity::find()
        .filter(identity::Column::Issuer.eq(&vouched.issuer))
        .filter(identity::Column::Subject.eq(&vouched.subject))
        .one(tx.conn())
        .await
        .db()?;
    if let Some(bound) = bound {
        let row = user::Entity::find_by_id(bound.user_id).one(tx.conn()).await.db()?;
        let row = row.filter(|row| row.active && standing(row) != Standing::Outside);
        return Ok(row.ok_or((Some(UserId(bound.user_id)), SsoRefusal::Unknown)));
    }
    let email = vouched.email.trim().to_lowercase();
    let found = user::Entity::find().filter(user::Column::EmailFolded.eq(email)).one(tx.conn()).await.db()?;
    let whose = found.as_ref().map(|row| UserId(row.id));
    if !vouched.is_verified {
        return Ok(Err((whose, SsoRefusal::Unverified)));
    }
    let Some(row) = found.filter(|row| row.active && standing(row) != Standing::Outside) else {
        return Ok(Err((whose, SsoRefusal::Unknown)));
    };
    // Bound to another subject: the provider gave the address to somebody else since.
    let other = identity::Entity::find()
        .filter(identity::Column::Issuer.eq(&vouched.issuer))
        .filter(identity::Column::UserId.eq(row.id))
        .one(tx.conn())
        .await
        .db()?;
    if other.is_some() {
        return Ok(Err((whose, SsoRefusal::Unknown)));
    }
    identity::ActiveModel {
        id: Set(new_id()),
        user_id: Set(row.id),
        issuer: Set(vouched.issuer.clone()),
        subject: Set(vouched.subject.clone()),
        created_at: Set(tx.now()),
    }
    .insert(tx.conn())
    .await
    .db()?;
    let actor = domain_user(row.clone())?.actor();
    tx.audit(&actor, "bind_identity", "user", row.id, json!({ "issuer": vouched.issuer })).await?;
    Ok(Ok(row))
}
