//! The picture of this application's referral flow: from a visitor with a referral link to the reward, each box with
//! the steps of the plan that make it work.
//!
//! Rows are who acts, columns are moments in time. When the Stripe Customer is made decides their order.

mod moments;

use serde::Serialize;

use crate::plan::{Plan, Status, Step};
use crate::report::paint::truncate_path;
use crate::report::words;

/// Measures of the picture, in its own units.
const BOX: (usize, usize) = (164, 96);
const PITCH: (usize, usize) = (188, 138);
const TOP: usize = 30;
const LEFT: usize = 12;
/// Characters of code that fit into a box.
const FITS: usize = 22;
/// Lines of code in a box; what is more is counted.
const MOST_LINES: usize = 2;

/// Who acts, from top to bottom.
const LANES: [&str; 4] = ["Visitor's browser", "This application", "Stripe", "Cello"];
const BROWSER: usize = 0;
const APPLICATION: usize = 1;
const STRIPE: usize = 2;
const CELLO: usize = 3;

/// The picture, with every place computed.
#[derive(Serialize)]
pub struct Flow {
    width: usize,
    height: usize,
    lanes: Vec<Lane>,
    boxes: Vec<Moment>,
    arrows: Vec<String>,
}

#[derive(Serialize)]
struct Lane {
    name: &'static str,
    y: usize,
    height: usize,
    label_y: usize,
}

/// One box: something that happens, and the steps it takes.
#[derive(Serialize)]
struct Moment {
    title: &'static str,
    who: &'static str,
    /// What happens, in a sentence.
    text: String,
    lines: Vec<Line>,
    /// All places, for the list that takes the picture's place where there is no room for it.
    places: Vec<String>,
    steps: Vec<StepLink>,
    /// Where the box leads.
    href: String,
    status: String,
    class: &'static str,
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    text_x: usize,
    title_y: usize,
    status_y: usize,
    dot_y: usize,
    #[serde(skip)]
    at: (usize, usize),
}

#[derive(Serialize)]
struct Line {
    text: String,
    y: usize,
}

#[derive(Serialize)]
struct StepLink {
    number: usize,
    status: &'static str,
    class: &'static str,
}

impl Moment {
    /// Leads to the decisions, which come before any step of it.
    fn wait(&mut self) {
        self.status = "to decide".into();
        self.class = class(Status::Decide);
        self.href = "#decide".into();
    }
}

impl Flow {
    /// Of a plan.
    pub fn of(plan: &Plan) -> Self {
        let boxes = moments::moments(plan);
        let columns = boxes.iter().map(|moment| moment.at.0 + 1).max().unwrap_or(0);
        let lanes = LANES
            .into_iter()
            .enumerate()
            .map(|(row, name)| Lane { name, y: row * PITCH.1, height: PITCH.1, label_y: row * PITCH.1 + 18 })
            .collect();
        Self {
            width: 2 * LEFT + (columns - columns.min(1)) * PITCH.0 + BOX.0,
            height: LANES.len() * PITCH.1,
            lanes,
            arrows: arrows(&boxes),
            boxes,
        }
    }
}

fn moment(
    plan: &Plan,
    title: &'static str,
    at: (usize, usize),
    text: &str,
    kinds: &[&str],
    places: Vec<String>,
) -> Moment {
    let of_kind = |step: &Step, kind: &str| step.id.split(':').next() == Some(kind);
    let mut steps: Vec<(usize, &Step)> = Vec::new();
    for kind in kinds {
        steps.extend(plan.steps.iter().enumerate().filter(|(_, step)| of_kind(step, kind)));
    }
    let (x, y) = (LEFT + at.0 * PITCH.0, at.1 * PITCH.1 + TOP);
    let shown = if places.len() > MOST_LINES { MOST_LINES - 1 } else { places.len() };
    let mut lines: Vec<String> = places[..shown].iter().map(|place| truncate_path(place, FITS)).collect();
    if shown < places.len() {
        lines.push(format!("and {} more", places.len() - shown));
    }
    let lines: Vec<Line> =
        lines.into_iter().enumerate().map(|(index, text)| Line { text, y: y + 42 + index * 16 }).collect();
    let needed: Vec<&Step> =
        steps.iter().map(|(_, step)| *step).filter(|step| step.status != Status::NotApplicable).collect();
    let worst = needed.iter().map(|step| step.status).max_by_key(|status| urgency(*status));
    let status = worst.map_or_else(String::new, |status| {
        let alike = needed.iter().filter(|step| step.status == status).count();
        match alike {
            1 if needed.len() == 1 => words::status(status).into(),
            _ if alike == needed.len() => format!("{alike} {}", words::status(status)),
            _ => format!("{alike} of {} {}", needed.len(), words::status(status)),
        }
    });
    let first = steps.iter().find(|(_, step)| Some(step.status) == worst).or(steps.first());
    Moment {
        title,
        who: LANES[at.1],
        text: text.into(),
        lines,
        steps: steps
            .iter()
            .map(|(index, step)| StepLink {
                number: index + 1,
                status: words::status(step.status),
                class: class(step.status),
            })
            .collect(),
        href: first.map_or_else(String::new, |(index, _)| format!("#step-{}", index + 1)),
        status,
        class: worst.map_or("given", class),
        places,
        x,
        y,
        width: BOX.0,
        height: BOX.1,
        text_x: x + 12,
        title_y: y + 22,
        status_y: y + BOX.1 - 12,
        dot_y: y + BOX.1 - 16,
        at,
    }
}

/// The class of a status in the style sheet.
pub fn class(status: Status) -> &'static str {
    match status {
        Status::Ready => "ready",
        Status::Decide => "decide",
        Status::ByHand => "by-hand",
        Status::Done => "done",
        Status::NotApplicable => "not-needed",
    }
}

/// What a person has to look at first.
fn urgency(status: Status) -> u8 {
    match status {
        Status::NotApplicable => 0,
        Status::Done => 1,
        Status::Ready => 2,
        Status::ByHand => 3,
        Status::Decide => 4,
    }
}

/// Paths from box to box: along a row, up and down a column, or along and then up or down.
fn arrows(boxes: &[Moment]) -> Vec<String> {
    const PAIRS: [(&str, &str); 10] = [
        ("Referral link", "Landing page"),
        ("Landing page", "Sign-up"),
        ("Sign-up", "First token request"),
        ("First token request", "Referral widget"),
        ("First token request", "Sign-up is known"),
        ("First token request", "Payment"),
        ("Stripe Customer", "Its metadata"),
        ("Its metadata", "Webhook to Cello"),
        ("Webhook to Cello", "Reward"),
        ("Payment", "Reward"),
    ];
    let find = |title: &str| boxes.iter().find(|moment| moment.title == title);
    let mut pairs: Vec<(&Moment, &Moment)> =
        PAIRS.into_iter().filter_map(|(from, to)| Some((find(from)?, find(to)?))).collect();
    if let (Some(customer), Some(token), Some(signup)) =
        (find("Stripe Customer"), find("First token request"), find("Sign-up"))
    {
        if customer.at < token.at {
            // Both follow the sign-up, one behind the other.
            pairs.retain(|(from, _)| from.title != "Sign-up");
            pairs.extend([(signup, customer), (customer, token)]);
        } else {
            pairs.push((token, customer));
        }
    }
    pairs.into_iter().map(|(from, to)| arrow(from, to)).collect()
}

fn arrow(from: &Moment, to: &Moment) -> String {
    const GAP: usize = 5;
    let middle = |moment: &Moment| moment.y + BOX.1 / 2;
    let center = |moment: &Moment| moment.x + BOX.0 / 2;
    if from.at.0 == to.at.0 {
        return if from.at.1 < to.at.1 {
            format!("M{} {}V{}", center(from), from.y + BOX.1, to.y - GAP)
        } else {
            format!("M{} {}V{}", center(from), from.y, to.y + BOX.1 + GAP)
        };
    }
    let start = format!("M{} {}", from.x + BOX.0, middle(from));
    if from.at.1 == to.at.1 {
        return format!("{start}H{}", to.x - GAP);
    }
    format!("{start}H{}V{}", center(to), to.y - GAP)
}
