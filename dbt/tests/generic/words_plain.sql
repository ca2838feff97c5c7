{# Words that no status of the data could ever match, because plain_word would spell them otherwise. #}
{% test words_plain(model, column) %}

select {{ column }} as example
from {{ model }}
where {{ column }} != {{ plain_word(column) }}
order by example

{% endtest %}
