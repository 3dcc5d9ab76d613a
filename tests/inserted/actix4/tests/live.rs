use actix4 as host;

include!("../../host/listen.rs");
include!("../../host/serve_actix.rs");
include!("../../host/live.rs");
