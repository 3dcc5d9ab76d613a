//! `mcp`: the same commands as tools of a Model Context Protocol server, on standard input and output.
//!
//! A tool call is a run of this very program: an agent gets what a terminal gets, a call that is cancelled ends as an
//! interrupt ends a command, and a defect ends the call, not the server.

mod call;
mod documents;
mod roots;
mod takes;
mod tools;

use std::path::PathBuf;
use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CustomRequest, CustomResult, ErrorCode, Implementation,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, ServerInitializeError};
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};

use self::call::Caller;
use self::roots::Roots;
use super::args::McpArgs;
use super::{Exit, Failure};

pub(super) use self::call::stop;

/// What an agent is told of the server as a whole.
const INSTRUCTIONS: &str = "Puts Cello user referrals into an existing Rust web application. The way through: `plan`; \
    `decide` what is open, except what is `human_only`, which a person answers; show the plan to the person (.cello/plan.html \
    in the project, or the plan's Markdown) and get their approval of its digest; `apply` with that digest, or the person runs \
    `cello-scaffold apply`; then work through handoff.json, `plan` again, and `doctor`.";

/// Serves until the client closes standard input.
pub(super) fn run(args: &McpArgs) -> Result<Exit, Failure> {
    let server = Server::new(&args.roots, args.allow_apply)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|source| Failure::Io {
        doing: "read",
        path: PathBuf::from("standard input"),
        source,
    })?;
    let served = runtime.block_on(async {
        match server.serve(rmcp::transport::stdio()).await {
            Ok(running) => {
                running.waiting().await.map(drop).map_err(|error| Failure::Defect(error.to_string()))
            }
            // A client that went away again.
            Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(error) => Err(Failure::Usage(format!("an MCP client begins with `initialize`: {error}"))),
        }
    });
    // Standard input may still be read by a thread that nothing can wake.
    runtime.shutdown_background();
    stop();
    served.map(|()| Exit::Done)
}

struct Server {
    tools: Vec<Tool>,
    caller: Arc<Caller>,
    roots: Roots,
}

impl Server {
    fn new(roots: &[PathBuf], may_write: bool) -> Result<Self, Failure> {
        Ok(Self { tools: tools::all(may_write), caller: Arc::new(Caller::new()?), roots: Roots::new(roots)? })
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.clone()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if !self.tools.iter().any(|tool| tool.name == request.name) {
            return Err(ErrorData::invalid_params(tools::unknown(&request.name), None));
        }
        let arguments = request.arguments.unwrap_or_default();
        let result = match tools::command(&request.name, arguments, &self.roots) {
            Ok(command) => self.caller.call(&request.name, command, &context).await?,
            // The agent can put that right, so it has to read it.
            Err(failure) => call::refused(&failure),
        };
        Ok(result.into())
    }

    /// A request that fits none of the protocol's shapes comes here, also if only its parameters are wrong.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let CustomRequest { method, .. } = request;
        Err(match method.as_str() {
            "tools/call" | "resources/read" => {
                ErrorData::invalid_params(format!("the parameters of `{method}` can't be understood"), None)
            }
            _ => ErrorData::new(ErrorCode::METHOD_NOT_FOUND, method, None),
        })
    }

    async fn list_resources(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(documents::list(&self.roots)))
    }

    async fn list_resource_templates(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(documents::templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        documents::read(&request.uri, &self.roots).map(Into::into)
    }
}
