//! The settings the inserted module reads, by variant.

use super::basis::Variant;
use super::environment::Setting;

/// The settings of a variant, in the order they are documented.
pub fn settings(variant: Variant) -> Vec<Setting> {
    let setting = |name: &str, note: &str, required: bool| Setting {
        name: name.to_string(),
        note: note.to_string(),
        required,
    };
    let mut all = vec![
        setting("CELLO_ENV", "sandbox or production; Cello is off while it is empty", true),
        setting("CELLO_PRODUCT_ID", "from https://portal.cello.so/integrations/accesskeys", true),
        setting("CELLO_PRODUCT_SECRET", "signs the widget's token; stays on the server", true),
    ];
    if variant == Variant::B {
        all.push(setting("CELLO_ACCESS_KEY_ID", "the other pair of keys, for Cello's API", true));
        all.push(setting("CELLO_SECRET_ACCESS_KEY", "stays on the server", true));
    }
    all
}
