"""`avatanime bench`: measurements. Each command is a module of `addon.bench`, light to import."""

import typer

from addon.bench.cel import cel
from addon.bench.engine import engine
from addon.bench.flops import flops
from addon.bench.proxy import proxy

app = typer.Typer(help="Measure the proxy and the engines on this computer.", no_args_is_help=True)
app.command()(proxy)
app.command()(cel)
app.command()(engine)
app.command()(flops)
