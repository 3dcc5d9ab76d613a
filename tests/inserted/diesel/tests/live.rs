use with_diesel as host;

include!("../../host/live.rs");
