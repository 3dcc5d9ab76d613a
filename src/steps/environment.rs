//! Cello's settings in the file that documents the application's: names, what they are for, no values.
//!
//! Written as the file is: with comments if it has some, `export` and quotes likewise, after a blank line if it has
//! groups. Near misses: a file that has them already; a project without such a file.

use super::draft::{Draft, FileEdit};
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::environment::EnvFile;

const KIND: &str = "environment";

/// A setting of the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name, such as `CELLO_PRODUCT_ID`.
    pub name: String,
    /// What it is for, in a sentence without its full stop.
    pub note: String,
    /// Whether the integration stays off without it.
    pub required: bool,
}

/// The step for an application's settings.
pub fn environment(file: Option<&EnvFile>, settings: &[Setting]) -> Draft {
    let names: Vec<&str> = settings.iter().map(|setting| setting.name.as_str()).collect();
    let Some(file) = file else {
        let reason = "No example of the environment is kept in this project, so the settings have to be told to those \
                      who run it.";
        let mut draft = Draft::new(KIND, "", Status::ByHand, reason);
        draft.by_hand.push(HandWork {
            todo: "Set these where the application gets its environment from, for each deployment."
                .to_string(),
            place: None,
            text: block(settings, true, false, false, "\n"),
            turns_green: None,
        });
        return draft;
    };
    let fact = "documents the application's settings".to_string();
    let evidence = Evidence { at: file.at.clone(), fact };
    let missing: Vec<Setting> = settings.iter().filter(|setting| !file.has(&setting.name)).cloned().collect();
    if file.has("CELLO_PRODUCT_ID") || missing.is_empty() {
        let left: Vec<&str> = missing.iter().map(|setting| setting.name.as_str()).collect();
        let rest = if left.is_empty() {
            String::new()
        } else {
            format!(" It does not mention {}.", left.join(", "))
        };
        let mut draft =
            Draft::new(KIND, "", Status::Done, format!("{} has Cello's settings already.{rest}", file.path));
        draft.evidence.push(evidence);
        return draft;
    }
    let others = if file.others.is_empty() {
        String::new()
    } else {
        format!(" There is also {}; see whether it has to say the same.", file.others.join(", "))
    };
    let reason = format!(
        "{} is where this project documents its settings; it gains {}, without values.{others}",
        file.path,
        names.join(", ")
    );
    let mut draft = Draft::new(KIND, "", Status::Ready, reason);
    draft.evidence.push(evidence);
    let text = block(&missing, file.comments, file.export, file.quoted, file.eol);
    // A file without final newline stays one.
    let text = if file.ended { text } else { text.trim_end().to_string() };
    draft.edits.push(FileEdit {
        file: file.path.clone(),
        at: Some(file.len..file.len),
        text: format!("{}{text}", file.gap),
    });
    draft
}

fn block(settings: &[Setting], comments: bool, export: bool, quoted: bool, eol: &str) -> String {
    let mut out = String::new();
    if comments {
        out.push_str(&format!(
            "# Cello user referrals; all of it is off while a required one is missing{eol}"
        ));
    }
    for setting in settings {
        if comments {
            let optional = if setting.required { "" } else { " (optional)" };
            out.push_str(&format!("# {}{optional}{eol}", setting.note));
        }
        let export = if export { "export " } else { "" };
        let value = if quoted { "\"\"" } else { "" };
        out.push_str(&format!("{export}{}={value}{eol}", setting.name));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Edit, splice};
    use crate::survey::environment::example;
    use crate::survey::pages::tests::project;

    fn settings() -> Vec<Setting> {
        let one =
            |name: &str, required| Setting { name: name.into(), note: format!("About {name}"), required };
        vec![one("CELLO_ENV", true), one("CELLO_PRODUCT_ID", true), one("CELLO_API_BASE_URL", false)]
    }

    fn after(name: &str, text: &str) -> (Status, String) {
        let manifest = "[package]\nname = \"app\"\n";
        let (_dir, target) =
            project(&[("Cargo.toml", manifest), ("src/main.rs", "fn main() {}\n"), (name, text)]);
        let draft = environment(example(&target, &target.packages[0]).as_ref(), &settings());
        let edits: Vec<Edit> = draft
            .edits
            .iter()
            .map(|edit| Edit { at: edit.at.clone().unwrap(), text: edit.text.clone() })
            .collect();
        (draft.status, String::from_utf8(splice(text.as_bytes(), &edits).unwrap()).unwrap())
    }

    #[test]
    fn settings_are_written_as_the_file_is() {
        let (status, plain) = after(".env-example", "A=1\nB=2\n");
        assert_eq!(status, Status::Ready);
        assert_eq!(plain, "A=1\nB=2\nCELLO_ENV=\nCELLO_PRODUCT_ID=\nCELLO_API_BASE_URL=\n");

        let (_, rich) = after("example.env", "# a\r\nexport A=\"1\"\r\n\r\n# b\r\nexport B=\"2\"");
        let expected = "# b\r\nexport B=\"2\"\r\n\r\n# Cello user referrals; all of it is off while a required one is missing\r\n# About CELLO_ENV\r\nexport CELLO_ENV=\"\"\r\n";
        assert!(rich.contains(expected), "{rich}");
        assert!(rich.ends_with("# About CELLO_API_BASE_URL (optional)\r\nexport CELLO_API_BASE_URL=\"\""));

        assert_eq!(after(".env.example", &plain), (Status::Done, plain.clone()));
        assert_eq!(after(".env.example", "# CELLO_PRODUCT_ID=\n").0, Status::Done);
    }

    #[test]
    fn without_an_example_it_is_told_and_the_environment_itself_is_not_read() {
        let (status, text) = after(".env", "SECRET=1\n");
        assert_eq!((status, text.as_str()), (Status::ByHand, "SECRET=1\n"));
    }
}
