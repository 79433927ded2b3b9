//! Many rows by statements that are the same each time: preparing one anew costs more than running it.

use domain::Outcome;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectionTrait, EntityTrait, IdenStatic, Iterable, Statement, Value,
};

use crate::dialect;
use crate::error::{OrProblem, broken};

/// Rows of a statement; any number of rows is written by a few of these.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// Inserts `rows`, every column of which is set.
pub(crate) async fn insert<A: ActiveModelTrait>(conn: &impl ConnectionTrait, rows: Vec<A>) -> Outcome<()> {
    let columns: Vec<<A::Entity as EntityTrait>::Column> =
        <A::Entity as EntityTrait>::Column::iter().collect();
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    for size in SIZES {
        while left >= size {
            left -= size;
            let mut values = Vec::with_capacity(size * columns.len());
            for mut row in rows.by_ref().take(size) {
                for column in &columns {
                    values.push(set(row.take(*column))?);
                }
            }
            let text = text::<A::Entity>(conn, &columns, size);
            let insert = Statement::from_sql_and_values(conn.get_database_backend(), text, values);
            conn.execute_raw(insert).await.db()?;
        }
    }
    Ok(())
}

fn set(value: ActiveValue<Value>) -> Outcome<Value> {
    match value {
        ActiveValue::Set(value) | ActiveValue::Unchanged(value) => Ok(value),
        ActiveValue::NotSet => Err(broken("a row with a column that is not set")),
    }
}

fn text<E: EntityTrait>(conn: &impl ConnectionTrait, columns: &[E::Column], rows: usize) -> String {
    let names: Vec<&str> = columns.iter().map(IdenStatic::as_str).collect();
    format!(
        "INSERT INTO \"{}\" (\"{}\") VALUES {}",
        E::default().table_name(),
        names.join("\", \""),
        dialect::places(conn, rows, columns.len())
    )
}

/// The list for an `IN`, its last one repeated up to a power of two: lists of any length make few statements.
pub(crate) fn padded<T: Clone>(mut list: Vec<T>) -> Vec<T> {
    if let Some(last) = list.last().cloned() {
        list.resize(list.len().next_power_of_two(), last);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::padded;

    #[test]
    fn a_list_grows_to_a_power_of_two_and_says_the_same() {
        assert!(padded(Vec::<u8>::new()).is_empty());
        assert_eq!(padded(vec![7]), [7]);
        assert_eq!(padded(vec![1, 2, 3]), [1, 2, 3, 3]);
        assert_eq!(padded((0..33).collect()).len(), 64);
    }
}
