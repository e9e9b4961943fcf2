//! Parts of an input.

use billing_bulk::input::{Shard, ShardError};

use super::setup::{check, partner, rows};

fn text() -> String {
    let ids = (0..1000).map(|number| format!("4d3cf487-70f4-4e1e-9ff1-{number:012}\n"));
    format!("customer_id\n{}", ids.collect::<String>())
}

#[test]
fn each_row_is_in_one_shard() {
    let mut all = Vec::new();
    for number in 1..=3 {
        let shard: Shard = format!("{number}/3").parse().unwrap();
        let input = check(text(), partner().with_shard(shard)).unwrap();
        let counts = input.counts();
        assert_eq!(counts.rows + counts.other_shards, 1000);
        assert!((250..420).contains(&counts.rows), "{counts:?}");
        let rows = rows(&input);
        assert_eq!(u64::try_from(rows.len()).unwrap(), counts.rows);
        all.extend(rows);
    }
    all.sort();
    let mut expected = rows(&check(text(), partner()).unwrap());
    expected.sort();
    assert_eq!(all, expected);
}

#[test]
fn shard_of_a_profile_never_changes() {
    // Two machines with different versions must agree.
    let shard: Shard = "2/7".parse().unwrap();
    let input = check(text(), partner().with_shard(shard)).unwrap();
    let numbers = input.rows().unwrap().map(|row| row.unwrap().number);
    let numbers: Vec<_> = numbers.take(4).collect();
    assert_eq!(numbers, [12, 23, 25, 34]);
}

#[test]
fn text_that_names_no_shard_is_refused() {
    for text in ["", "1", "0/3", "4/3", "1/0", "+1/3", "1/3/5", "a/b", "1/ 3"] {
        assert_eq!(text.parse::<Shard>(), Err(ShardError), "{text}");
    }
    let shard: Shard = "3/3".parse().unwrap();
    assert_eq!(shard.to_string(), "3/3");
    assert_eq!(serde_json::to_string(&shard).unwrap(), "\"3/3\"");
}
