"""Drives `cello-scaffold mcp` with the `mcp` package, a client that owes nothing to this project: PROGRAM ROOT.

Each folder in ROOT is a sample. With nothing but the tools each goes from nothing to applied and back, decisions included. The
client itself holds every answer against the tool's published schema.
"""

import asyncio
import json
import pathlib
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

program, root = sys.argv[1], pathlib.Path(sys.argv[2])
READS = ["survey", "plan", "decide", "show", "diff", "explain", "doctor"]


def tree(project):
    """The files of an application, without what isn't part of it."""
    aside = {".git", ".cello", "target"}
    files = (path for path in sorted(project.rglob("*")) if path.is_file())
    return {path: path.read_bytes() for path in files if not aside & set(path.relative_to(project).parts)}


class Tools:
    def __init__(self, session, project):
        self.session, self.project, self.told = session, project, []

    async def hear(self, progress, total, message):
        self.told.append((progress, message))

    async def ask(self, tool, /, **arguments):
        arguments.setdefault("project", self.project)
        if tool == "explain":
            del arguments["project"]
        return await self.session.call_tool(tool, arguments, progress_callback=self.hear)

    async def must(self, tool, /, **arguments):
        result = await self.ask(tool, **arguments)
        assert not result.is_error, (tool, result.content)
        return result.structured_content

    async def refused(self, id, tool, /, **arguments):
        result = await self.ask(tool, **arguments)
        assert result.is_error, (tool, arguments)
        assert result.structured_content is None, "clients would hold it against the tool's schema"
        error = json.loads(result.content[0].text)["error"]
        assert error["id"] == id and error["help"], error


async def integrate(session, name, number):
    project, tools = root / name, Tools(session, name)
    before = tree(project)
    assert (await tools.must("survey"))["apps"]
    first = plan = await tools.must("plan")
    answers = {}
    while plan["outcome"] == "decide":
        asked = [one for one in plan["decisions"] if one["answer"] is None]
        assert asked and not {one["id"] for one in asked} & set(answers)
        answers |= {one["id"]: one["options"][0]["value"] if one["options"] else "user.id" for one in asked}
        if any(one["human_only"] for one in asked):
            await tools.refused("attest-needed", "decide", answers=answers)
        plan = await tools.must("decide", answers=answers, attest="Ada Example")
    assert plan["outcome"] == "ready"
    digest = plan["digest"]
    shown = await tools.ask("show")
    assert shown.structured_content["digest"] == digest
    assert digest in shown.content[0].text, "a person can be shown what they approve"
    assert len(shown.content[0].text) < 10_000
    if answers:
        assert not (await tools.must("diff"))["same"]
        assert first["digest"] != digest

    uri = f"cello://{number}/"
    listed = [str(one.uri) for one in (await session.list_resources()).resources]
    assert uri + "plan.json" in listed, listed
    read = (await session.read_resource(uri + "plan.json")).contents[0]
    assert (read.mime_type, json.loads(read.text)["digest"]) == ("application/json", digest)
    handoff = json.loads((await session.read_resource(uri + "handoff.json")).contents[0].text)
    assert [item["step"] for item in handoff["items"]] == [
        step["id"] for step in plan["steps"] if step["status"] == "by-hand"
    ]
    assert digest in (await session.read_resource(uri + "plan.md")).contents[0].text

    await tools.refused("usage", "apply")
    await tools.refused("wrong-digest", "apply", digest="sha256:" + "0" * 64)
    dry = await tools.must("apply", digest=digest, dry_run=True, no_verify=True)
    assert dry["outcome"] == "dry-run"
    assert tree(project) == before
    applied = await tools.must("apply", digest=digest, no_verify=True)
    assert len(applied["steps"]) == sum(step["status"] == "ready" for step in plan["steps"])
    assert tree(project) != before
    assert (await tools.must("doctor"))["checklist"]
    assert (await tools.must("plan"))["outcome"] == "nothing-to-do"
    assert (await tools.must("undo"))["outcome"] == "undone"
    assert tree(project) == before
    await tools.refused("nothing-applied", "undo")
    assert tools.told and all(message for _, message in tools.told)


async def misuse(session, name):
    tools = Tools(session, name)
    await tools.refused("outside-roots", "plan", project="..")
    await tools.refused("outside-roots", "show", plan="../../../etc/hostname")
    await tools.refused("project-not-found", "survey", project="no/such/folder")
    await tools.refused("usage", "survey", projekt=name)
    await tools.refused("usage", "decide", answers="payer=person")
    await tools.refused("unknown-decision", "decide", answers={"no-such-decision": "1"})
    await tools.refused("unknown-id", "explain", id="--help")
    assert (await tools.must("explain", id="token-hs512"))["entries"]
    index = (await session.read_resource("cello://playbook/index")).contents[0].text
    assert "token-hs512" in index
    fact = (await session.read_resource("cello://playbook/token-hs512")).contents[0].text
    assert "HS512" in fact
    for uri in ["cello://99/plan.json", "cello://1/answers.json", "cello://playbook/none", "file:///etc/hostname"]:
        try:
            await session.read_resource(uri)
        except Exception as error:
            assert uri.rsplit("/", 1)[1] in str(error) or "none" in str(error), error
        else:
            sys.exit(f"{uri} can be read")


async def serve(arguments, work):
    server = StdioServerParameters(command=program, args=["mcp", *arguments])
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        started = await session.initialize()
        assert started.server_info.name == "cello-scaffold"
        await work(session)


async def main():
    names = sorted(path.name for path in root.iterdir())
    paths = [str(root / name) for name in names]

    async def all_the_way(session):
        tools = (await session.list_tools()).tools
        assert [tool.name for tool in tools] == [*READS, "apply", "undo"]
        assert all(tool.description and tool.output_schema and tool.input_schema for tool in tools)
        writing = [tool.name for tool in tools if tool.annotations.destructive_hint]
        assert writing == ["apply", "undo"]
        for number, path in enumerate(paths, 1):
            await integrate(session, path, number)
        await misuse(session, paths[0])

    async def only_reading(session):
        assert [tool.name for tool in (await session.list_tools()).tools] == READS
        before = tree(root / names[0])
        plan = (await session.call_tool("plan", {})).structured_content
        for tool in ["apply", "undo"]:
            try:
                await session.call_tool(tool, {"digest": plan["digest"]})
            except Exception as error:
                assert "--allow-apply" in str(error), error
            else:
                sys.exit(f"{tool} without --allow-apply")
        assert tree(root / names[0]) == before

    await serve(["--allow-apply", *paths], all_the_way)
    await serve(paths[:1], only_reading)
    print("all the way with", ", ".join(names))


asyncio.run(main())
