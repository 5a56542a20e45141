//! `models`: the documented models as a table.

use quickrouter::catalog::{ModelName, models};

use crate::output::table::{Fit, Table};
use crate::text::lang::Lang;
use crate::text::message::message;

/// How many digits of a version are shown.
const SHORT_VERSION: usize = 12;

/// A row for every model.
pub(super) fn table(lang: Lang) -> Table {
    let columns = [
        (message!("column-name"), Fit::Whole),
        (message!("column-short"), Fit::Optional),
        (message!("column-version"), Fit::Optional),
        (message!("column-inputs"), Fit::Optional),
        (message!("column-description"), Fit::Wrapped),
    ];
    let columns = columns.into_iter().map(|(head, fit)| (head.to_text(lang), fit));
    let mut table = Table::new(columns.collect());
    for model in models() {
        let version = model.version.map_or("-", |id| &id[..SHORT_VERSION.min(id.len())]);
        table.row(vec![
            model.name.to_owned(),
            ModelName::short(model).unwrap_or("-").to_owned(),
            version.to_owned(),
            model.inputs().count().to_string(),
            lang.of(model.description(), model.description_zh()).to_owned(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::text::lang::Lang;

    fn shown(lang: Lang, width: Option<usize>) -> String {
        let laid = table(lang).laid(width);
        laid.head.into_iter().chain(laid.rows).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_table_has_every_model_in_both_languages() {
        insta::assert_snapshot!("models", shown(Lang::English, None));
        insta::assert_snapshot!("models_zh", shown(Lang::Chinese, None));
        for width in [40, 80, 120] {
            insta::assert_snapshot!(format!("models_{width}"), shown(Lang::English, Some(width)));
            insta::assert_snapshot!(
                format!("models_{width}_zh"),
                shown(Lang::Chinese, Some(width))
            );
        }
    }
}
