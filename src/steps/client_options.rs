//! What the client script has beyond the smallest integration, where somebody chose it: lines before lines that it has
//! in any case. Unless chosen, not a byte of it differs.
//!
//! A script that is there already gets the lines added, if it still has the lines before which they go.

use super::draft::{Answers, FileEdit};
use crate::target::SourceText;

const CLIENT: &str = include_str!("../../templates/app/client.js");

/// One option: the step it makes, and the answer that chooses it.
#[derive(Debug, Clone, Copy)]
pub struct ClientOption {
    /// The step's id.
    pub step: &'static str,
    /// The question's id.
    question: &'static str,
    /// The answer that chooses it.
    value: &'static str,
    /// The consent tool that it is for; any application's, otherwise.
    pub tool: Option<&'static str>,
    /// Its lines: each part follows a line `//: before …` that says where.
    lines: &'static str,
}

/// All of them, in the order in which their lines stand.
pub const OPTIONS: [ClientOption; 5] = [
    ClientOption {
        step: "custom-launcher",
        question: "launcher",
        value: "own",
        tool: None,
        lines: include_str!("../../templates/app/options/launcher.js"),
    },
    ClientOption {
        step: "page-language",
        question: "language",
        value: "page",
        tool: None,
        lines: include_str!("../../templates/app/options/language.js"),
    },
    ClientOption {
        step: "referral-banner",
        question: "banner",
        value: "own",
        tool: None,
        lines: include_str!("../../templates/app/options/banner.js"),
    },
    ClientOption {
        step: "consent-tool",
        question: "consent",
        value: "after-consent",
        tool: Some("Cookiebot"),
        lines: include_str!("../../templates/app/options/cookiebot.js"),
    },
    ClientOption {
        step: "consent-tool",
        question: "consent",
        value: "after-consent",
        tool: Some("OneTrust"),
        lines: include_str!("../../templates/app/options/onetrust.js"),
    },
];

impl ClientOption {
    /// True if somebody chose it, in an application whose visitors are asked for consent by this tool.
    pub fn is_chosen(&self, answers: &Answers, tool: Option<&str>) -> bool {
        (self.tool.is_none() || self.tool == tool)
            && answers.get(self.question).is_some_and(|answer| answer.value == self.value)
    }

    /// The beginning of a line, and what goes before that line.
    fn parts(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.lines.split("//: before ").filter_map(|part| part.split_once('\n'))
    }

    /// Its lines, for whoever puts them in by hand.
    pub fn text(&self) -> String {
        let parts = self.parts().map(|(line, text)| format!("// Before `{}`:\n{text}", line.trim()));
        parts.collect::<Vec<_>>().join("\n")
    }

    /// What is missing of it in a script.
    ///
    /// # Errors
    /// If some of it is there, or a line is gone before which it goes.
    pub fn edits(&self, file: &SourceText) -> Result<Vec<FileEdit>, ()> {
        let eol = file.eol();
        let written = |text: &str| text.replace('\n', eol);
        let there = self.parts().filter(|(_, text)| file.text.contains(&written(text))).count();
        let edits = self.parts().map(|(line, text)| {
            let at = place(&file.text, line)?;
            Some(FileEdit { file: file.path.clone(), at: Some(at..at), text: written(text) })
        });
        match there {
            0 => edits.collect::<Option<Vec<_>>>().ok_or(()),
            all if all == self.parts().count() => Ok(Vec::new()),
            _ => Err(()),
        }
    }
}

/// The start of the only line that begins so.
fn place(text: &str, line: &str) -> Option<usize> {
    let starts = |at: &usize| *at == 0 || text[..*at].ends_with('\n');
    let mut found = text.match_indices(line).map(|(at, _)| at).filter(starts);
    found.next().filter(|_| found.next().is_none())
}

/// The client script with what was chosen.
pub fn client(answers: &Answers, tool: Option<&str>) -> String {
    let mut script = CLIENT.to_string();
    let chosen = OPTIONS.iter().filter(|option| option.is_chosen(answers, tool));
    for (line, text) in chosen.flat_map(ClientOption::parts) {
        // A test goes through all of them.
        if let Some(at) = place(&script, line) {
            script.insert_str(at, text);
        }
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Edit, splice};
    use crate::steps::Answer;

    fn chosen(wanted: &[&ClientOption]) -> Answers {
        let answer = |value: &str| Answer { value: value.into(), by: "flag".into() };
        wanted.iter().map(|option| (option.question.to_string(), answer(option.value))).collect()
    }

    #[test]
    fn what_is_not_chosen_changes_nothing() {
        assert_eq!(client(&Answers::new(), None), CLIENT);
        let others = OPTIONS
            .iter()
            .map(|option| (option.question.to_string(), Answer { value: "none".into(), by: "flag".into() }));
        assert_eq!(client(&others.collect(), None), CLIENT);
    }

    #[test]
    fn any_choice_adds_whole_lines_now_or_later_and_no_more() {
        for number in 0..1 << OPTIONS.len() {
            let wanted: Vec<&ClientOption> = OPTIONS
                .iter()
                .enumerate()
                .filter(|(n, _)| number >> n & 1 == 1)
                .map(|(_, one)| one)
                .collect();
            // A site has one tool that asks.
            let mut tools = wanted.iter().filter_map(|option| option.tool);
            let tool = tools.next();
            if tools.next().is_some() {
                continue;
            }
            let text = client(&chosen(&wanted), tool);
            let mut rest = text.clone();
            for (_, lines) in wanted.iter().flat_map(|option| option.parts()) {
                assert_eq!(rest.matches(lines).count(), 1, "{lines}");
                rest = rest.replacen(lines, "", 1);
            }
            assert_eq!(rest, CLIENT);
            for eol in ["\n", "\r\n"] {
                let file = SourceText::new("client.js", text.replace('\n', eol).as_str());
                for option in &OPTIONS {
                    let edits = option.edits(&file).unwrap();
                    // Two tools' lines are much alike.
                    if option.tool.is_some() && option.tool != tool {
                        continue;
                    }
                    let is_there = wanted.iter().any(|one| one.step == option.step);
                    assert_eq!(edits.is_empty(), is_there, "{}", option.step);
                    let edits: Vec<Edit> = edits
                        .into_iter()
                        .map(|edit| Edit { at: edit.at.unwrap(), text: edit.text })
                        .collect();
                    let out = String::from_utf8(splice(file.text.as_bytes(), &edits).unwrap()).unwrap();
                    let after = SourceText::new("client.js", out.as_str());
                    assert!(option.edits(&after).unwrap().is_empty(), "applied twice it changes nothing");
                    assert_eq!(out.contains("\r\n"), eol == "\r\n");
                    assert!(!out.replace(eol, "").contains('\n') && !out.replace(eol, "").contains('\r'));
                }
            }
        }
    }

    #[test]
    fn a_script_that_was_changed_is_left_to_a_person() {
        let launcher = &OPTIONS[0];
        for (from, to) in [
            // A line is gone, another is there twice, half of the option is there.
            ("    await window.Cello?.('shutdown');\n", ""),
            ("// Starting and stopping", "// Starting and stopping take turns,\n// Starting and stopping"),
            (
                "    await window.Cello?.('shutdown');\n",
                "    if (launcher()) launcher().hidden = true;\n    await window.Cello?.('shutdown');\n",
            ),
        ] {
            let file = SourceText::new("client.js", CLIENT.replacen(from, to, 1).as_str());
            assert!(launcher.edits(&file).is_err(), "{to}");
        }
    }
}
