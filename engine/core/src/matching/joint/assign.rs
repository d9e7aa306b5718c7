//! The best assignment of contacts to agents: most pairs first, then the least total cost, in integers.
//!
//! Shortest augmenting paths with potentials, one row at a time (the Hungarian method in O(rows² × columns)). A pair that
//! may not be made costs more than every allowed assignment together, so leaving it out is always better.
//!
//! # Source
//! Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems",
//! Computing 38, 1987.

/// A column of each row, or none: as many pairs as can be made, and among these the cheapest. `costs` has one row a
/// contact and one entry an agent; `None` is a pair that may not be made.
pub(crate) fn assign(costs: &[Vec<Option<i64>>]) -> Vec<Option<usize>> {
    let rows = costs.len();
    let columns = costs.first().map_or(0, Vec::len);
    if rows > columns {
        let turned: Vec<Vec<Option<i64>>> =
            (0..columns).map(|column| costs.iter().map(|row| row[column]).collect()).collect();
        let mut result = vec![None; rows];
        for (column, row) in assign(&turned).into_iter().enumerate() {
            if let Some(row) = row {
                result[row] = Some(column);
            }
        }
        return result;
    }
    let allowed = || costs.iter().flatten().flatten().map(|cost| i128::from(*cost));
    let (least, most) = (allowed().min().unwrap_or(0), allowed().max().unwrap_or(0));
    let forbidden = (most - least + 1) * (rows as i128 + 1);
    let cost =
        |row: usize, column: usize| costs[row][column].map_or(forbidden, |cost| i128::from(cost) - least);
    // Row and column 0 stand for "nobody"; real ones count from 1.
    let (mut of_row, mut of_column) = (vec![0_i128; rows + 1], vec![0_i128; columns + 1]);
    let mut row_of = vec![0_usize; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut column = 0;
        let mut slack = vec![i128::MAX; columns + 1];
        let mut before = vec![0_usize; columns + 1];
        let mut seen = vec![false; columns + 1];
        while row_of[column] != 0 {
            seen[column] = true;
            let from = row_of[column];
            let (mut step, mut next) = (i128::MAX, 0);
            for other in (1..=columns).filter(|other| !seen[*other]) {
                let reduced = cost(from - 1, other - 1) - of_row[from] - of_column[other];
                if reduced < slack[other] {
                    (slack[other], before[other]) = (reduced, column);
                }
                if slack[other] < step {
                    (step, next) = (slack[other], other);
                }
            }
            for other in 0..=columns {
                if seen[other] {
                    of_row[row_of[other]] += step;
                    of_column[other] -= step;
                } else if slack[other] < i128::MAX {
                    slack[other] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            row_of[column] = row_of[before[column]];
            column = before[column];
        }
    }
    let mut result = vec![None; rows];
    for column in 1..=columns {
        let row = row_of[column];
        if row > 0 && costs[row - 1][column - 1].is_some() {
            result[row - 1] = Some(column - 1);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs and total cost of an assignment.
    fn worth(costs: &[Vec<Option<i64>>], columns: &[Option<usize>]) -> (usize, i64) {
        let pairs = columns.iter().enumerate().filter_map(|(row, column)| costs[row][(*column)?]);
        pairs.fold((0, 0), |(count, sum), cost| (count + 1, sum + cost))
    }

    /// The best by trying everything: most pairs, then the least cost.
    fn best(costs: &[Vec<Option<i64>>], row: usize, taken: u32) -> (i64, i64) {
        let Some(entries) = costs.get(row) else { return (0, 0) };
        let mut best_here = best(costs, row + 1, taken);
        for (column, cost) in entries.iter().enumerate() {
            if let (Some(cost), 0) = (cost, taken >> column & 1) {
                let rest = best(costs, row + 1, taken | 1 << column);
                best_here = best_here.min((rest.0 - 1, rest.1 + cost));
            }
        }
        best_here
    }

    #[test]
    fn small_tables_get_what_trying_everything_finds() {
        let mut state = 7_u64;
        let mut draw = |most: u64| {
            state = crate::digest::mix(state);
            state % most
        };
        for _ in 0..3_000 {
            let (rows, columns) = (1 + draw(5) as usize, 1 + draw(5) as usize);
            let mut entry = || (draw(3) > 0).then(|| draw(40) as i64 - 20);
            let costs: Vec<Vec<Option<i64>>> =
                (0..rows).map(|_| (0..columns).map(|_| entry()).collect()).collect();
            let found = assign(&costs);
            let mut columns: Vec<usize> = found.iter().copied().flatten().collect();
            columns.sort_unstable();
            columns.dedup();
            let (pairs, cost) = worth(&costs, &found);
            assert_eq!(columns.len(), pairs, "{costs:?}");
            assert_eq!((-(pairs as i64), cost), best(&costs, 0, 0), "{costs:?}");
        }
    }

    #[test]
    fn the_reference_assignments_are_the_proven_optimum() {
        let text = include_str!("../../../../../tests/reference/matching.json");
        let cases: serde_json::Value = serde_json::from_str(text).unwrap();
        // Costs have three decimals: as thousandths they are whole.
        let whole = |value: &serde_json::Value| {
            let text = value.to_string();
            let (units, decimals) = text.split_once('.').unwrap_or((&text, ""));
            format!("{units}{decimals:0<3}").parse::<i64>().unwrap()
        };
        let cases = cases["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 5);
        for case in cases {
            let row = |row: &serde_json::Value| -> Vec<Option<i64>> {
                row.as_array().unwrap().iter().map(|c| (!c.is_null()).then(|| whole(c))).collect()
            };
            let costs: Vec<_> = case["cost"].as_array().unwrap().iter().map(row).collect();
            let (pairs, cost) = worth(&costs, &assign(&costs));
            assert_eq!(pairs as u64, case["matched"].as_u64().unwrap(), "{}", case["id"]);
            assert_eq!(cost, whole(&case["total_cost"]), "{}", case["id"]);
        }
    }
}
