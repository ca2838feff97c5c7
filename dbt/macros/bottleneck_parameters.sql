{#
    The parameters of the bottleneck rule, in one place.

    window_days       4 weeks: the shortest span in which a stage with a few exits a week shows more
                      than the noise of single weeks.
    baseline_days     26 weeks before that: half a year evens out a quarter end, and is recent enough
                      to follow a team that grows.
    minimum_expected  12 exits expected in the window; with fewer, chance alone halves a count.
    minimum_baseline  60 exits in the baseline, so that its own error stays small beside the window's.
    ratio             Below 0.7 of the expected exits a slowdown is worth a person's time.
    score             3.5 standard deviations below the expectation: with ten stages judged every week
                      that is less than one false alarm in ten years, were exits independent.
    quiet_days        An episode is over when two weeks have passed without the rule being met.
#}
{% macro bottleneck_parameters() -%}
    {{ return({
        "window_days": 28,
        "baseline_days": 182,
        "minimum_expected": 12,
        "minimum_baseline": 60,
        "ratio": 0.7,
        "score": -3.5,
        "quiet_days": 14,
    }) }}
{%- endmacro %}
