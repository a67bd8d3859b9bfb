using System.Text.RegularExpressions;

namespace HealthAgent.Unit.Scenarios;

/// <summary>What is wrong with a scenario is found when it is read, with its place.</summary>
public sealed class ScenarioErrorsTests
{
    private const string First = "- { name: first, kind: http, url: 'http://h/', capture: { id: json $.id, token: 'header X-Token' } }";

    // Line 4 is 'steps:', 5 the first step, 6 the second.
    [Theory]
    [InlineData("- { name: b, kind: http, url: 'http://h/${steps.frist.id}' }", "url: there is no step 'frist' (did you mean 'first'?)")]
    [InlineData("- { name: b, kind: http, url: 'http://h/${steps.first.di}' }",
        "url: the step 'first' captures no 'di' (did you mean 'id'?)")]
    [InlineData("- { name: b, kind: http, url: 'http://h/${steps.b.id}' }",
        "url: '${steps.b.id}' refers to the step itself; only what earlier steps captured is known")]
    [InlineData("- { name: b, kind: http, url: 'http://h/${steps.last.id}' }",
        "url: the step 'last' comes later; only what earlier steps captured is known")]
    [InlineData("- { name: b, kind: http, url: 'http://h/${steps.undo.id}' }",
        "url: 'undo' is a step of the cleanup, which runs after all others")]
    [InlineData("- { name: b, kind: http, url: 'http://${steps.first.id}/' }",
        "url: '${steps.first.id}' cannot stand in the scheme, host or port of a URL: a target would choose where requests go; write those, "
        + "and capture a segment of the path, such as 'header Location matches /orders/([^/?]+)'")]
    [InlineData("- { name: b, kind: http, url: 'http://h:${steps.first.id}' }",
        "url: '${steps.first.id}' cannot stand in the scheme, host or port of a URL: a target would choose where requests go; write those, "
        + "and capture a segment of the path, such as 'header Location matches /orders/([^/?]+)'")]
    [InlineData("- { name: b, kind: http, url: '${steps.first.id}/x' }",
        "url: '${steps.first.id}' cannot stand in the scheme, host or port of a URL: a target would choose where requests go; write those, "
        + "and capture a segment of the path, such as 'header Location matches /orders/([^/?]+)'")]
    [InlineData("- { name: b, kind: http, url: 'http://h/x#${steps.first.id}' }",
        "url: '${steps.first.id}' stands behind the '#' of a URL, which is not sent")]
    [InlineData("- { name: b, kind: http, url: 'http://h/x?${steps.first.id}=1' }",
        "url: '${steps.first.id}' stands in the name of a parameter, where a target would choose which one it is; write it behind a '='")]
    [InlineData("- { name: b, kind: http, url: 'http://h/x?y=1&a${steps.first.id}=1' }",
        "url: '${steps.first.id}' stands in the name of a parameter, where a target would choose which one it is; write it behind a '='")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', method: POST, body: '{\"role\": 1, \"${steps.first.id}\" : 2}' }",
        "body: '${steps.first.id}' stands in the name of a member, where a target would choose which one it is; write it as a value")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', method: POST, body: '{\"a-${steps.first.id}-b\":2}' }",
        "body: '${steps.first.id}' stands in the name of a member, where a target would choose which one it is; write it as a value")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', method: POST, headers: { Content-Type: application/x-www-form-urlencoded }, "
        + "body: 'a=1&${steps.first.id}=2' }",
        "body: '${steps.first.id}' stands in the name of a field, where a target would choose which one it is; write it behind a '='")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', method: '${steps.first.id}' }",
        "method: what steps captured cannot stand here; it can in expect, warn, url, headers, body, username, password, token")]
    [InlineData("- { name: b, kind: tcp, address: 'h:${steps.first.id}' }",
        "address: what steps captured cannot stand here; it can in expect, warn")]
    [InlineData("- { name: '${steps.first.id}', kind: tcp, address: 'h:1' }",
        "name: '${steps.first.id}' can stand only in the steps of a scenario")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', headers: { Content-Type: '${steps.first.id}' } }",
        "headers.Content-Type: 'Content-Type' decides where a request goes or how it is understood, and cannot be captured")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', method: POST, body: '{\"a\": x${steps.first.id}}' }",
        "body: '${steps.first.id}' is a JSON value by itself, or a part of a text in quotes")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', method: POST, body: '{\"a\": ${steps.first.id}' }",
        "body: with captured values in it, this is not JSON; write each in quotes or as a value, or another Content-Type")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', method: POST, headers: { Content-Type: text/xml }, body: "
        + "'<a>${steps.first.id}</a>' }",
        "body: into a body, captured values are put as JSON, application/x-www-form-urlencoded or text/plain; write one of "
        + "them as Content-Type")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', expect: ['json $.id == \"${steps.first.id}\"'] }",
        "expect: what a step captured is the whole right side of a condition, without quotes, such as 'json $.id == ${steps.order.id}'")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', expect: ['json $.id == x${steps.first.id}'] }",
        "expect: '${steps.first.id}' is the whole right side of a condition; remove 'x'")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', expect: ['body matches ${steps.first.id}'] }",
        "expect: a captured text is no regular expression; use 'body == ${steps.first.id}' or 'contains'")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', expect: ['status in ${steps.first.id}'] }",
        "expect: a captured value is no list; use 'status == ${steps.first.id}'")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', expect: ['json ${steps.first.id} == 1'] }",
        "expect: what a step captured is the whole right side of a condition, without quotes, such as 'json $.id == ${steps.order.id}'")]
    [InlineData("- { name: b, kind: postgres, connectionString: Host=h, query: \"select '${steps.first.id}'\", expect: [value == 1] }",
        "query: '${steps.first.id}' stands in quotes, where it would be a part of the SQL; write it by itself")]
    [InlineData("- { name: b, kind: postgres, connectionString: Host=h, query: \"select 1 -- ${steps.first.id}\" }",
        "query: '${steps.first.id}' stands in a comment, where it would be a part of the SQL; write it by itself")]
    [InlineData("- { name: b, kind: postgres, connectionString: Host=h, query: 'select $x$ ${steps.first.id} $x$' }",
        "query: '${steps.first.id}' stands in dollar quotes, where it would be a part of the SQL; write it by itself")]
    [InlineData("- { name: b, kind: postgres, connectionString: Host=h, query: 'select * from t${steps.first.id}' }",
        "query: '${steps.first.id}' is a value by itself; put a blank or an operator between it and what is beside it")]
    [InlineData("- { name: b, kind: postgres, connectionString: 'Host=${steps.first.id}' }",
        "connectionString: what steps captured cannot stand here; it can in expect, warn, query")]
    [InlineData("- { name: first, kind: tcp, address: 'h:1' }",
        "name: there is another step 'first'; names are unique in a scenario, its cleanup included")]
    [InlineData("- { name: A.b, kind: tcp, address: 'h:1' }",
        "name: 'A.b' is not a name of a step; use small letters, digits and _ - after a first letter or digit")]
    [InlineData("- { name: b, kind: scenario, steps: [] }", "kind: a check of kind 'scenario' cannot be a step of a scenario")]
    [InlineData("- { name: b, kind: htp, url: 'http://h/' }", "kind: there is no kind 'htp' (did you mean 'http'?)")]
    [InlineData("- { name: b, kind: tcp, address: 'h:1', timeout: 5s }",
        "timeout: a step has no timeout: all steps share the scenario's; write one there")]
    [InlineData("- { name: b, kind: tcp, address: 'h:1', interval: 5s }",
        "interval: a step has no 'interval': it is the scenario's; write it there")]
    [InlineData("- { name: b, kind: http, url: 'http://h/${run.idd}' }",
        "url: a run has no 'idd' (did you mean 'id'?); it has ${run.id}, ${run.time}, ${run.timestamp}")]
    [InlineData("- { name: b, kind: http, url: 'http://h/${run.}' }", "url: '${run.}' is not ${run.NAME}")]
    [InlineData("- { name: b, kind: tcp, address: 'h:1', impact: bad }", "impact: 'bad' is not valid (valid: critical, degrading, none)")]
    [InlineData("- { name: b, kind: tcp, address: 'h:1', colour: red }", "colour: unknown key")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', capture: { id: jsn $.id } }",
        "capture: 'id': 'jsn' is not a value that this kind observes (did you mean 'json'?)")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', capture: { id: 'header X matches a+' } }",
        "capture: 'id': 'a+' needs exactly one group, such as session=([^;]+): what it matches is kept")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', capture: { id: 'header X matches (a)(b)' } }",
        "capture: 'id': '(a)(b)' needs exactly one group, such as session=([^;]+): what it matches is kept")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', capture: { id: 'status == 200' } }",
        "capture: 'id': after 'status' only 'matches' and a regular expression with one group can stand, not '== 200'")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', capture: { a.b: json $ } }",
        "capture.a.b: 'a.b' is not a name for what is captured; use letters, digits and _ after a first letter")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', capture: { id: { show: true } } }", "capture.id.from: 'from' is required")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', retry: { every: 1s } }",
        "retry.for: 'for' is required: how long the step is retried")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', retry: { for: 5s } }",
        "retry: 'for' (5s) is not shorter than what the scenario's timeout leaves the steps (3.75s): later steps would never be reached")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', retry: { for: 1s, every: 2s } }",
        "retry: 'every' (2s) is longer than 'for' (1s)")]
    [InlineData("- { name: b, kind: http, url: 'http://h/', expect: ['status == 200', 'status > 300'] }",
        "expect: 'status == 200' and 'status > 300' can never hold together: the step always fails, and no later one is reached")]
    public void Step_ThatIsWrong_IsAnErrorWithItsPlace(string step, string error)
    {
        var errors = ScenarioSubject.ErrorsOf(
            $"steps:\n  {First}\n  {step}\n  - {{ name: last, kind: http, url: 'http://h/', capture: {{ id: json $.id }} }}\n"
            + "cleanup: [{ name: undo, kind: http, url: 'http://h/', capture: { id: json $.id } }]");

        errors.ShouldHaveSingleItem().ShouldMatch($"^agent.yaml:6:[0-9]+: .*{Regex.Escape(error)}");
    }

    [Theory]
    [InlineData("steps: [{ name: a, kind: tcp, address: 'h:1' }]\nexpect: ['latency < ${run.timestamp}']",
        "agent.yaml:5:14: checks[shop].expect: '${run.timestamp}' can stand only in the steps of a scenario")]
    [InlineData("steps: []", "agent.yaml:4:12: checks[shop].steps: 'steps' is required: at least one check")]
    [InlineData("steps: [{ name: a, kind: tcp, address: '${steps.a.b}:1' }]\nexpect: ['latency < ${steps.a.b}']",
        "agent.yaml:5:14: checks[shop].expect: '${steps.a.b}' can stand only in the steps of a scenario")]
    [InlineData("steps: [{ name: a, kind: self }]\nexpect: ['status == 1']",
        "agent.yaml:5:14: checks[shop].expect: 'status' is not a value that this kind observes (valid: latency)")]
    public void Scenario_ThatIsWrong_IsAnErrorWithItsPlace(string yaml, string error) =>
        ScenarioSubject.ErrorsOf(yaml).ShouldContain(line => line == error);

    [Theory]
    [InlineData("url: 'http://h/${steps.first.id}'")]
    [InlineData("url: 'http://h/a-${steps.first.id}-b?x=${steps.first.token}'")]
    [InlineData("url: 'http://h/'\nexpect: ['status == ${steps.first.id}', 'status != ${steps.first.token}']")]
    [InlineData("url: 'http://h/'\nexpect: ['body contains ${steps.first.id}', 'latency < 5s']")]
    [InlineData("url: 'http://h/'\nmethod: POST\nbody: '[${steps.first.id}, \"${steps.first.token}\"]'")]
    [InlineData("url: 'http://h/$${steps.first.id}'")]
    public void Step_WithReferences_IsPlanned(string settings)
    {
        var indented = settings.Replace("\n", "\n    ", StringComparison.Ordinal);
        ScenarioSubject.ErrorsOf($"steps:\n  {First}\n  - name: b\n    kind: http\n    {indented}").ShouldBeEmpty();
    }
}
