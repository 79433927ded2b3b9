//! The records that are one person: leads and contacts joined by a conversion, or by the same name with the same phone or address.

use std::collections::BTreeSet;

use domain::contact::PointKind;
use domain::fold::fold;
use domain::privacy::ERASED;
use domain::{Fault, Outcome, Problem, phone};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Who;
use crate::entity::{contact, contact_point, deal, lead};
use crate::error::OrProblem;

pub(super) struct Person {
    pub(super) leads: Vec<lead::Model>,
    pub(super) contacts: Vec<contact::Model>,
    pub(super) points: Vec<contact_point::Model>,
}

impl Person {
    /// Nobody, and whoever was erased already, is *not found*.
    pub(super) async fn find(conn: &impl ConnectionTrait, who: &Who, region: &str) -> Outcome<Person> {
        let (leads, contacts) = match who {
            Who::Lead(id) => (vec![id.0], Vec::new()),
            Who::Contact(id) => (Vec::new(), vec![id.0]),
            Who::Email(email) => reached(conn, PointKind::Email, &[email.trim().to_lowercase()]).await?,
            Who::Phone(typed) => {
                let normal = phone::normalise(typed, region)
                    .ok_or_else(|| Problem::field("phone", Fault::NotAPhone))?;
                reached(conn, PointKind::Phone, &[normal]).await?
            }
        };
        let mut person = Person::read(conn, leads, contacts).await?;
        loop {
            let (leads, contacts) = person.kin(conn).await?;
            if leads.len() == person.leads.len() && contacts.len() == person.contacts.len() {
                break;
            }
            person = Person::read(conn, leads, contacts).await?;
        }
        if person.leads.is_empty() && person.contacts.is_empty() {
            return Err(Problem::NotFound);
        }
        Ok(person)
    }

    async fn read(conn: &impl ConnectionTrait, leads: Vec<Uuid>, contacts: Vec<Uuid>) -> Outcome<Person> {
        let points = Condition::any()
            .add(contact_point::Column::LeadId.is_in(leads.iter().copied()))
            .add(contact_point::Column::ContactId.is_in(contacts.iter().copied()));
        Ok(Person {
            leads: lead::Entity::find()
                .filter(lead::Column::Id.is_in(leads))
                .filter(lead::Column::Name.ne(ERASED))
                .order_by_asc(lead::Column::Number)
                .all(conn)
                .await
                .db()?,
            contacts: contact::Entity::find()
                .filter(contact::Column::Id.is_in(contacts))
                .filter(contact::Column::Name.ne(ERASED))
                .order_by_asc(contact::Column::CreatedAt)
                .order_by_asc(contact::Column::Id)
                .all(conn)
                .await
                .db()?,
            points: contact_point::Entity::find().filter(points).all(conn).await.db()?,
        })
    }

    /// The ids of these records and of those that are the same person's.
    async fn kin(&self, conn: &impl ConnectionTrait) -> Outcome<(Vec<Uuid>, Vec<Uuid>)> {
        let mut leads: BTreeSet<Uuid> = self.leads.iter().map(|lead| lead.id).collect();
        let mut contacts: BTreeSet<Uuid> = self.contacts.iter().map(|contact| contact.id).collect();
        contacts.extend(self.leads.iter().filter_map(|lead| lead.contact_id));
        let converted = lead::Entity::find()
            .select_only()
            .column(lead::Column::Id)
            .filter(lead::Column::ContactId.is_in(contacts.iter().copied()))
            .into_tuple::<Uuid>();
        leads.extend(converted.all(conn).await.db()?);
        let names: BTreeSet<String> = self.names().map(fold).collect();
        for kind in [PointKind::Phone, PointKind::Email] {
            let (of_leads, of_contacts) = reached(conn, kind, &self.normals(kind)).await?;
            let alike = Person::read(conn, of_leads, of_contacts).await?;
            leads.extend(alike.leads.iter().filter(|it| names.contains(&fold(&it.name))).map(|it| it.id));
            contacts.extend(alike.contacts.iter().filter(|it| names.contains(&it.folded)).map(|it| it.id));
        }
        Ok((leads.into_iter().collect(), contacts.into_iter().collect()))
    }

    /// Keeps others from changing the records and their deals until the transaction ends.
    pub(super) async fn lock(&self, conn: &impl ConnectionTrait) -> Outcome<()> {
        let (leads, contacts) = (self.lead_ids(), self.contact_ids());
        let deals = Condition::any()
            .add(deal::Column::LeadId.is_in(leads.clone()))
            .add(deal::Column::ContactId.is_in(contacts.clone()));
        lead::Entity::find().filter(lead::Column::Id.is_in(leads)).lock_exclusive().all(conn).await.db()?;
        deal::Entity::find().filter(deals).lock_exclusive().all(conn).await.db()?;
        let contacts = contact::Entity::find().filter(contact::Column::Id.is_in(contacts));
        contacts.lock_exclusive().all(conn).await.db()?;
        Ok(())
    }

    /// What the person is called first.
    pub(super) fn name(&self) -> &str {
        let contact = self.contacts.first().map(|contact| contact.name.as_str());
        contact.or(self.leads.first().map(|lead| lead.name.as_str())).unwrap_or_default()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let leads = self.leads.iter().map(|lead| lead.name.as_str());
        leads.chain(self.contacts.iter().map(|contact| contact.name.as_str()))
    }

    /// The points of a kind as people are recognised by them.
    pub(super) fn normals(&self, kind: PointKind) -> Vec<String> {
        let normals = self.points.iter().filter(|point| point.kind == kind.code());
        normals.map(|point| point.normal.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    pub(super) fn lead_ids(&self) -> Vec<Uuid> {
        self.leads.iter().map(|lead| lead.id).collect()
    }

    pub(super) fn contact_ids(&self) -> Vec<Uuid> {
        self.contacts.iter().map(|contact| contact.id).collect()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.lead_ids().into_iter().chain(self.contact_ids())
    }
}

/// Leads and contacts that one of these points reaches.
async fn reached(
    conn: &impl ConnectionTrait,
    kind: PointKind,
    normals: &[String],
) -> Outcome<(Vec<Uuid>, Vec<Uuid>)> {
    let points = contact_point::Entity::find()
        .filter(contact_point::Column::Kind.eq(kind.code()))
        .filter(contact_point::Column::Normal.is_in(normals.iter().map(String::as_str)))
        .all(conn)
        .await
        .db()?;
    let leads = points.iter().filter_map(|point| point.lead_id);
    Ok((leads.collect(), points.iter().filter_map(|point| point.contact_id).collect()))
}
