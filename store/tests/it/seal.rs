//! The key of what is sealed: known when it is the wrong one, and what remains when it is lost.

use store::db::Connect;
use store::seal::{self, Fit};
use store::sessions::{self, Origin};
use store::{Db, checkup, second_factor};

use crate::harness::{PASSWORD, T, both};

both!(a_wrong_key_is_known_once_something_is_sealed, a_lost_key_can_be_given_up);

async fn with_key(t: &T, key: u8) -> Db {
    let connect = Connect { url: t.url.clone(), secret: [7; 32], key: [key; 32], clock: t.clock.clone() };
    Db::open(connect).await.unwrap()
}

async fn a_wrong_key_is_known_once_something_is_sealed(t: &T) {
    let other = with_key(t, 1).await;
    assert_eq!((seal::fit(&t.db).await.unwrap(), seal::fit(&other).await.unwrap()), (Fit::Any, Fit::Any));
    second_factor::begin(&t.db, &t.admin).await.unwrap();
    assert_eq!((seal::fit(&t.db).await.unwrap(), seal::fit(&other).await.unwrap()), (Fit::Right, Fit::Wrong));
    let seen = async |key| checkup::look(&t.url, key).await.unwrap().seal;
    assert_eq!(seen(Some([9; 32])).await, Some(Fit::Right));
    assert_eq!(seen(Some([1; 32])).await, Some(Fit::Wrong));
    assert_eq!(seen(None).await, None);
    assert!(second_factor::show(&other, &t.admin).await.is_err());
    other.close().await;
}

async fn a_lost_key_can_be_given_up(t: &T) {
    second_factor::begin(&t.db, &t.admin).await.unwrap();
    assert_eq!(seal::forget(&t.db, &t.admin).await, Ok(0), "the right key gives nothing up");
    assert_eq!(seal::fit(&t.db).await.unwrap(), Fit::Right);
    let other = with_key(t, 1).await;
    assert_eq!(seal::forget(&other, &t.admin).await, Ok(1));
    assert_eq!(seal::fit(&other).await.unwrap(), Fit::Any);
    assert!(
        !sessions::sign_in(&other, "anna@example.com", PASSWORD, Origin::default()).await.unwrap().is_half
    );
    second_factor::begin(&other, &t.admin).await.unwrap();
    assert_eq!(seal::fit(&other).await.unwrap(), Fit::Right);
    other.close().await;
}
