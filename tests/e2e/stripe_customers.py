"""localstripe on a free port of the loopback, which its own command line can't do. Says the port, ends with its parent."""

import asyncio
import os
import sys
import threading

from aiohttp import web
from localstripe import resources, server

# Its objects would outlive it in a file that all localstripes share.
resources.Store.dump_to_disk = lambda store: None


async def serve():
    runner = web.AppRunner(server.app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
asyncio.run(serve())
