"""The one place where a configuration of an attack is put together."""

AGENT = ()  # settings of every agent, such as "concurrency: 64"


def configuration(checks, defaults="interval: 1s, timeout: 1s", agent=()):
    """The text of agent.yaml: lines of checks, defaults, and further settings of the agent."""
    settings = ", ".join((*AGENT, *agent))
    return (f"agent: {{ {settings} }}\n" if settings else "") + f"defaults: {{ {defaults} }}\nchecks:\n{checks}"


def http_check(name, target, more=""):
    """The line of a check of a target, with further settings."""
    url = target if isinstance(target, str) else target.url
    return f"  - {{ name: {name}, kind: http, url: '{url}'{more and ', '}{more} }}\n"


def self_check(more="interval: 1s"):
    return f"  - {{ name: self, kind: self, {more} }}\n"
