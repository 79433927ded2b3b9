//! The catalog of services.

use serde::{Deserialize, Serialize};

use crate::id::{CategoryId, ServiceId};
use crate::{Label, Money};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub name: Label,
}

/// A catalog item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub id: ServiceId,
    pub code: String,
    pub name: Label,
    pub description: Label,
    pub category: Option<CategoryId>,
    /// Unit of quantity: "hour", "seat".
    pub unit: Label,
    /// Price of one unit without VAT.
    pub price: Money,
    /// VAT in hundredths of a percent.
    pub vat_bp: i32,
    pub active: bool,
    pub version: i64,
}

/// A service as it is typed; `id` of an existing one with its version to change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveService {
    pub id: Option<(ServiceId, i64)>,
    pub code: String,
    pub name: Label,
    pub description: Label,
    pub category: Option<CategoryId>,
    pub unit: Label,
    pub price: Money,
    pub vat_bp: i32,
    pub active: bool,
}

/// The whole catalog, as the offer builder needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Catalog {
    pub categories: Vec<Category>,
    pub services: Vec<Service>,
}
