{#
    The parameters of the bottleneck detector, in one place. Their values were chosen on simulated
    pipelines of seeds that judge nothing (bench/detector measures what they reach).

    age_bands             First days in stage, at the end of the week, of the bands after the first
                          (an entry within the week): a deal of three days is not held against one of
                          three months.
    baseline_weeks        The year before: all seasons once, and enough exits of a small segment.
    lag_weeks             The weeks before the current one that are in no baseline: a trouble must not
                          become its own yardstick before somebody has dealt with it.
    baseline_minimum_weeks, dispersion_minimum_weeks
                          Weeks of baseline before anything is expected of a stage, and of expectations
                          before anything is judged: until then nobody knows how much its weeks vary.
    dispersion_weeks      The half year that tells how much weeks vary beyond chance.
    pseudo_days           Deal-days by which a segment's rates lean on those of its whole stage.
    pseudo_exits          Exits by which the adjustment for what all stages do leans on none.
    memory_weeks          Evidence older than a quarter of a year counts no more.
    season_weeks          Of the last year, around the same week, that tell the season of the whole
                          pipeline.
    series                Up to so many series of a pipeline a threshold holds as it stands; with more it
                          rises by the logarithm of their number, or the many would cry wolf in turn.
    minimum_missing       Deals: where fewer are missing nobody is called.
    watch                 Share of the threshold from which a series is watched.

    By kind (see kinds of bottleneck below):
    factor                The change that evidence is gathered for: exits, chances to move on (as odds of
                          exits against arrivals for piling_up) times this.
    threshold             Evidence (logarithm of the likelihood ratio) beyond which an episode opens.
    window_weeks          The weeks of which observed and expected are shown and compared.
    opens_below, closes_at
                          Ratio of observed to expected below which an episode may open, and at which it
                          is over.
    closes_below          Evidence below which it is over, too.
#}
{% macro bottleneck_parameters() -%}
    {{ return({
        "age_bands": [7, 14, 21, 28, 42, 63, 91, 182],
        "baseline_weeks": 52,
        "lag_weeks": 12,
        "baseline_minimum_weeks": 13,
        "dispersion_minimum_weeks": 9,
        "dispersion_weeks": 26,
        "pseudo_days": 60,
        "pseudo_exits": 10,
        "memory_weeks": 12,
        "season_weeks": 3,
        "series": 30,
        "minimum_missing": 3,
        "watch": 0.5,
        "kinds": {
            "slow": {
                "factor": 0.5, "threshold": 4.5, "window_weeks": 4,
                "opens_below": 0.85, "closes_at": 0.85, "closes_below": 3,
            },
            "leaking": {
                "factor": 0.6, "threshold": 5, "window_weeks": 6,
                "opens_below": 0.9, "closes_at": 0.9, "closes_below": 4,
            },
            "piling_up": {
                "factor": 0.5, "threshold": 4.5, "window_weeks": 4,
                "opens_below": 0.8, "closes_at": 0.85, "closes_below": 3,
            },
        },
    }) }}
{%- endmacro %}

{# The band of days in stage that a number of them lies in: 0 for the first. #}
{% macro age_band(days) -%}
    case
        {%- for first_day in bottleneck_parameters().age_bands %}
        when {{ days }} < {{ first_day }} then {{ loop.index0 }}
        {%- endfor %}
        else {{ bottleneck_parameters().age_bands | length }}
    end
{%- endmacro %}
